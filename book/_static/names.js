// Names for the controls that the theme leaves without one, or with one that differs from the text on them.
for (const summary of document.querySelectorAll("li.has-children > details > summary"))
  summary.setAttribute("aria-label", `Pages below “${summary.closest("li").querySelector("a").textContent.trim()}”`);
for (const button of document.querySelectorAll(".theme-switch-button"))
  button.setAttribute("aria-label", "Color mode: light, dark, system settings");
document.querySelector(".search-button-field")?.removeAttribute("aria-label");

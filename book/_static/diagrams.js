// Draws the page's Mermaid diagrams in the colours of the theme, again when the theme changes.
const diagrams = [...document.querySelectorAll("pre.mermaid")].map((element) => [element, element.textContent]);

async function draw() {
  const dark = document.documentElement.dataset.theme === "dark";
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: dark ? "dark" : "neutral" });
  for (const [index, [element, source]] of diagrams.entries())
    element.innerHTML = (await mermaid.render(`diagram-${index}`, source)).svg;
}

draw();
new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });

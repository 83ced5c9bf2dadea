// Draws the page's Mermaid diagrams in the colours of the theme, again when the theme changes.
const diagrams = [...document.querySelectorAll("pre.mermaid")].map((element) => [element, element.textContent]);

async function draw() {
  const shown = document.documentElement.dataset.theme;
  const theme = shown === "dark" ? { theme: "dark", themeVariables: { edgeLabelBackground: "#333" } } : { theme: "neutral" };
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", ...theme });
  for (const [index, [element, source]] of diagrams.entries()) {
    element.innerHTML = (await mermaid.render(`diagram-${index}`, source)).svg;
    const svg = element.querySelector("svg"); // shrinks as far as it can be read, then scrolls
    svg.style.minWidth = `${0.65 * svg.viewBox.baseVal.width}px`;
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
    element.dataset.theme = shown;
  }
}

draw();
new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });

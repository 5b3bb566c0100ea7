// Tabs within a page: links to sections. Without JavaScript they jump; here only the chosen section shows.

export function bind(list) {
  const links = [...list.querySelectorAll('a[href^="#"]')];
  const panelOf = (link) => document.getElementById(link.hash.slice(1));
  const show = (chosen, focus = false) => {
    for (const link of links) {
      const isChosen = link === chosen;
      link.setAttribute("aria-selected", String(isChosen));
      link.tabIndex = isChosen ? 0 : -1;
      panelOf(link).hidden = !isChosen;
    }
    if (focus) chosen.focus();
  };
  list.setAttribute("role", "tablist");
  for (const link of links) {
    link.setAttribute("role", "tab");
    link.setAttribute("aria-controls", link.hash.slice(1));
    panelOf(link).setAttribute("role", "tabpanel");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(link);
    });
  }
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(links.at((links.indexOf(document.activeElement) + step) % links.length), true);
  });
  show(links.find((link) => link.hash === location.hash) ?? links[0]);
}

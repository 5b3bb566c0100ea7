// Binds data-behaviour="name other-name" to behaviours/<name>.js, now and in whatever htmx brings later.
// A behaviour exports bind(element). The server decides; the browser only hurries.

const bound = new WeakMap();

async function bind(element) {
  const done = bound.get(element) ?? new Set();
  bound.set(element, done);
  for (const name of element.dataset.behaviour.split(/\s+/).filter(Boolean)) {
    if (done.has(name)) continue;
    done.add(name);
    const behaviour = await import(`./behaviours/${name}.js`);
    behaviour.bind(element);
  }
}

function bindWithin(root) {
  if (root.matches?.("[data-behaviour]")) bind(root);
  for (const element of root.querySelectorAll("[data-behaviour]")) bind(element);
}

bindWithin(document);
document.addEventListener("htmx:load", (event) => bindWithin(event.detail.elt));

// Shows new posts and letters without a reload. Without scripts the page reloads itself now and then.
const holder = () => document.querySelector("[data-pulse]");

const isBusy = () =>
  document.hidden || holder().contains(document.activeElement) || !getSelection().isCollapsed;

async function look() {
  if (isBusy()) return;
  const { pulse } = await (await fetch("/_/pulse")).json();
  if (pulse === holder().dataset.pulse) return;
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  holder().replaceWith(page.querySelector("[data-pulse]"));
}

setInterval(() => look().catch(() => {}), 2000); // away for a moment: look again later

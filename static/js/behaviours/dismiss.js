// A message that can be closed, and that goes by itself after data-after seconds unless somebody is at it.

export function bind(message) {
  const close = message.querySelector("[data-dismiss]");
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => message.remove());
  }
  const seconds = Number(message.dataset.after);
  if (!seconds) return;
  let timer;
  const wait = () => (timer = setTimeout(() => message.remove(), seconds * 1000));
  const stay = () => clearTimeout(timer);
  for (const [comes, goes] of [["mouseenter", "mouseleave"], ["focusin", "focusout"]]) {
    message.addEventListener(comes, stay);
    message.addEventListener(goes, () => (stay(), wait()));
  }
  wait();
}

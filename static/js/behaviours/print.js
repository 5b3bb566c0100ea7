// A button that prints the page; without JavaScript it is not there, and the browser's own menu does it.

export function bind(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A part that is drawn anew while somebody types waits while something in it is being pressed: between press and
// release the button would be taken away, and the tap lost. What was held back is asked for again.

export function bind(part) {
  // The form that it is drawn from; it need not stand in it.
  const form = part.closest("form") ?? document.querySelector(part.getAttribute("hx-include"));
  const hold = (event) => {
    if (event.target !== part || !part.matches(":active")) return;
    event.detail.shouldSwap = false;
    const again = () => form.dispatchEvent(new Event("change"));
    document.addEventListener("pointerup", again, { once: true });
  };
  part.addEventListener("htmx:beforeSwap", hold);
  part.addEventListener("htmx:oobBeforeSwap", hold);
}

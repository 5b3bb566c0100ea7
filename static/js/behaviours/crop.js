// Lets the part of a picture that a network shows be moved, by pointer or by arrow keys. What is chosen is a radio button,
// so the form says the same with and without this.

const STEP = 0.02;
const FAR = 0.1;
const PAUSE = 300; // after the last key: each place is drawn by the server

export function bind(box) {
  const stage = box.querySelector(".crop-stage");
  const frame = box.querySelector(".crop-window");
  const own = box.querySelector(".crop-own input");
  const isWide = box.dataset.axis === "x";
  const kept = Number(box.dataset.kept);
  let place = Number(box.dataset.place);
  let grip = null;
  let pause = 0;

  function show() {
    frame.style[isWide ? "width" : "height"] = `${kept * 100}%`;
    frame.style[isWide ? "left" : "top"] = `${place * (1 - kept) * 100}%`;
    const percent = Math.round(place * 100);
    frame.setAttribute("aria-valuenow", percent);
    frame.setAttribute("aria-valuetext", `${percent} percent from the ${isWide ? "left" : "top"}`);
  }

  function move(to) {
    place = Math.round(Math.min(Math.max(to, 0), 1) * 100) / 100;
    // An answer that is still on its way knows nothing of this.
    document.getElementById("shapes")?.dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: {} }));
    own.value = isWide ? `crop:${place}:0.5` : `crop:0.5:${place}`;
    own.checked = true;
    own.closest(".crop-own").classList.add("is-there");
    stage.classList.remove("is-whole");
    show();
  }

  const tell = () => own.dispatchEvent(new Event("change", { bubbles: true }));
  const at = (event) => (isWide ? event.clientX : event.clientY);
  const room = () => (isWide ? stage.clientWidth : stage.clientHeight) * (1 - kept);

  frame.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    frame.focus();
    frame.setPointerCapture(event.pointerId);
    grip = { from: at(event), place };
  });
  frame.addEventListener("pointermove", (event) => {
    if (grip) move(grip.place + (at(event) - grip.from) / (room() || 1));
  });
  for (const name of ["pointerup", "pointercancel"]) {
    frame.addEventListener(name, () => {
      if (grip && grip.place !== place) tell();
      grip = null;
    });
  }
  frame.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? FAR : STEP;
    const to = {
      ArrowLeft: place - step,
      ArrowUp: place - step,
      ArrowRight: place + step,
      ArrowDown: place + step,
      PageUp: place - FAR,
      PageDown: place + FAR,
      Home: 0,
      End: 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
    clearTimeout(pause);
    pause = setTimeout(tell, PAUSE);
  });
  show();
}

// Follows a mouse or a finger that carries a post. A mouse carries as soon as it moves; a finger rests first,
// so that a page can still be scrolled by it.

const MOVED = 6; // pixels
const REST = 350; // milliseconds
const EDGE = 56; // pixels from the rim of the window, where it scrolls on

export function follow(calendar, { grab, aim, drop, cancel, isHeld }) {
  let start = null;
  let ghost = null;
  let resting;

  function begin(x, y) {
    grab(start.entry, false);
    ghost = start.entry.cloneNode(true);
    ghost.removeAttribute("id");
    ghost.classList.add("entry-ghost");
    ghost.style.width = `${Math.max(start.entry.offsetWidth, 120)}px`;
    calendar.append(ghost);
    carry(x, y);
  }

  function carry(x, y) {
    ghost.style.left = `${x + 8}px`;
    ghost.style.top = `${y + 8}px`;
    const place = document.elementFromPoint(x, y)?.closest("[data-drop]") ?? null;
    aim(calendar.contains(place) ? place : null);
    if (y < EDGE) scrollBy(0, -16);
    else if (y > innerHeight - EDGE) scrollBy(0, 16);
  }

  function end(finish) {
    clearTimeout(resting);
    ghost?.remove();
    start = ghost = null;
    removeEventListener("pointermove", onMove);
    removeEventListener("pointerup", onUp);
    removeEventListener("keydown", onEscape);
    if (isHeld()) finish();
  }

  function onMove(event) {
    if (!start) return;
    if (!ghost && Math.hypot(event.clientX - start.x, event.clientY - start.y) > MOVED) begin(start.x, start.y);
    if (ghost) carry(event.clientX, event.clientY);
  }

  function onUp() {
    if (ghost) addEventListener("click", stop, { capture: true, once: true });
    // A click follows at once or, over another element, not at all.
    setTimeout(() => removeEventListener("click", stop, { capture: true }));
    end(drop);
  }

  function onEscape(event) {
    if (event.key === "Escape") end(cancel);
  }

  calendar.addEventListener("dragstart", (event) => event.preventDefault());
  calendar.addEventListener("pointerdown", (event) => {
    const entry = event.target.closest("[data-post]");
    if (!entry || event.pointerType === "touch" || event.button !== 0 || isHeld()) return;
    start = { entry, x: event.clientX, y: event.clientY };
    addEventListener("pointermove", onMove);
    addEventListener("pointerup", onUp);
    addEventListener("keydown", onEscape);
  });

  calendar.addEventListener("touchstart", (event) => {
    const entry = event.target.closest("[data-post]") ?? event.target.closest(".agenda-entry")?.querySelector("[data-post]");
    if (!entry || event.touches.length > 1 || isHeld()) return end(cancel);
    const { clientX: x, clientY: y } = event.touches[0];
    start = { entry, x, y };
    resting = setTimeout(() => (begin(x, y), navigator.vibrate?.(15)), REST);
  }, { passive: true });
  calendar.addEventListener("touchmove", (event) => {
    if (!start) return;
    const { clientX: x, clientY: y } = event.touches[0];
    if (!ghost) return Math.hypot(x - start.x, y - start.y) > MOVED * 2 ? end(cancel) : undefined;
    event.preventDefault();
    carry(x, y);
  }, { passive: false });
  calendar.addEventListener("touchend", (event) => {
    if (ghost) event.preventDefault();
    end(drop);
  });
  calendar.addEventListener("touchcancel", () => end(cancel));
  // A long press would open the menu of the link.
  calendar.addEventListener("contextmenu", (event) => start && ghost && event.preventDefault());
}

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

// Follows a mouse or a finger that carries a post. A mouse carries as soon as it moves; a finger rests first,
// so that a page can still be scrolled by it.

const MOVED = 6; // pixels
const REST = 350; // milliseconds
const EDGE = 40; // pixels from the rim of the window, where it scrolls on
const SPEED = 10; // pixels for each picture
const ABOVE = 20; // pixels between a finger and what it carries, so that it can be read

export function follow(calendar, { grab, aim, drop, cancel, isHeld }) {
  let start = null;
  let ghost = null;
  let at = null;
  let resting;

  function begin(x, y) {
    grab(start.entry, false);
    ghost = start.entry.cloneNode(true);
    ghost.removeAttribute("id");
    ghost.classList.remove("is-held");
    ghost.classList.add("entry-ghost");
    ghost.style.width = `${Math.max(start.entry.offsetWidth, 120)}px`;
    calendar.append(ghost);
    carry(x, y);
    requestAnimationFrame(scrollOn);
  }

  function carry(x, y) {
    at = { x, y };
    const place = document.elementFromPoint(x, y)?.closest("[data-drop]") ?? null;
    aim(calendar.contains(place) ? place : null);
    ghost.dataset.to = place?.dataset.says ?? "";
    const [left, top] = start.isFinger ? [x - ghost.offsetWidth / 2, y - ghost.offsetHeight - ABOVE] : [x + 8, y + 8];
    ghost.style.left = `${Math.max(4, Math.min(left, innerWidth - ghost.offsetWidth - 4))}px`;
    ghost.style.top = `${Math.max(4, top)}px`;
  }

  /** While something is held at the rim of the window, the page moves on below it. */
  function scrollOn() {
    if (!ghost) return;
    const before = scrollY;
    if (at.y < head() + EDGE) scrollBy({ top: -SPEED, behavior: "instant" });
    else if (at.y > foot() - EDGE) scrollBy({ top: SPEED, behavior: "instant" });
    if (scrollY !== before) carry(at.x, at.y);
    requestAnimationFrame(scrollOn);
  }

  function end(finish) {
    clearTimeout(resting);
    ghost?.remove();
    start = ghost = at = null;
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
    const entries = touched(calendar, event.target);
    if (!entries.length || event.touches.length > 1 || isHeld()) return end(cancel);
    const { clientX: x, clientY: y } = event.touches[0];
    start = { entry: entries.length === 1 ? entries[0] : null, x, y, isFinger: true };
    // Of several posts of one day nobody knows which is meant: they are laid out.
    resting = setTimeout(() => {
      start.hasRested = true;
      if (start.entry) begin(x, y);
      else event.target.closest("td").querySelector("a.day-number").click();
      navigator.vibrate?.(15);
    }, REST);
  }, { passive: true });
  calendar.addEventListener("touchmove", (event) => {
    if (!start) return;
    const { clientX: x, clientY: y } = event.touches[0];
    if (!ghost) return Math.hypot(x - start.x, y - start.y) > MOVED * 2 ? end(cancel) : undefined;
    event.preventDefault();
    carry(x, y);
  }, { passive: false });
  calendar.addEventListener("touchend", (event) => {
    // Else a click would follow, on whatever lies there by now.
    if (start?.hasRested) event.preventDefault();
    end(drop);
  });
  calendar.addEventListener("touchcancel", () => end(cancel));
  // A long press would open the menu of the link.
  calendar.addEventListener("contextmenu", (event) => start?.isFinger && event.preventDefault());
}

/** The posts that a finger may mean: one of them, or all of a day that is too narrow to show them. */
function touched(calendar, target) {
  const entry = target.closest("[data-post]") ?? target.closest(".agenda-entry")?.querySelector("[data-post]");
  if (entry) return [entry];
  const day = target.closest("td[data-date]");
  const found = day ? [...calendar.querySelectorAll(`[data-date="${day.dataset.date}"] [data-post]`)] : [];
  return found.some((one) => day.contains(one) && one.offsetParent) ? [] : found;
}

/** Where what can be seen of the page begins and ends: on a phone between two rows that stay. */
function head() {
  const { bottom = 0 } = document.querySelector(".portal-head")?.getBoundingClientRect() ?? {};
  return bottom < innerHeight / 4 ? Math.max(bottom, 0) : 0;
}

function foot() {
  const { top = innerHeight } = document.querySelector(".portal-nav")?.getBoundingClientRect() ?? {};
  return top > innerHeight / 2 ? top : innerHeight;
}

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

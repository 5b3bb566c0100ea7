// A button that may be pressed again only after data-seconds; until then it says how long.

export function bind(button) {
  const until = Date.now() + Number(button.dataset.seconds || 0) * 1000;
  const label = button.querySelector("span") ?? button;
  const usual = label.textContent;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    button.disabled = left > 0;
    label.textContent = left > 0 ? `${usual} (in ${left} s)` : usual;
    if (left > 0) setTimeout(tick, 1000);
  };
  tick();
}

// Copies a text: data-copy-text="…", or what stands in data-copy="#id". The button says so for a moment.

export function bind(button) {
  const label = button.querySelector("span:not(.visually-hidden)") ?? button;
  const usual = label.textContent;
  let timer;
  button.addEventListener("click", async () => {
    const source = button.dataset.copy && document.querySelector(button.dataset.copy);
    const text = button.dataset.copyText ?? source?.value ?? source?.textContent.trim() ?? "";
    try {
      await navigator.clipboard.writeText(text);
      label.textContent = "Copied";
    } catch {
      source?.select?.();
      label.textContent = "Press Ctrl+C";
    }
    clearTimeout(timer);
    timer = setTimeout(() => (label.textContent = usual), 2500);
  });
}

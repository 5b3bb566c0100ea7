// Says how long a new password would stand, while it is typed. The server estimates, and keeps nothing of it.

const PAUSE_MS = 300;

function makeMeter(input) {
  const line = document.createElement("p");
  line.className = "strength";
  line.hidden = true;
  const meter = Object.assign(document.createElement("meter"), { min: 0, max: 4, low: 2, high: 3, optimum: 4 });
  meter.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  words.setAttribute("role", "status");
  line.append(meter, words);
  (input.closest(".reveal") ?? input).after(line);
  return { line, meter, words };
}

export function bind(input) {
  const { line, meter, words } = makeMeter(input);
  let timer;
  let asked = 0;

  async function ask() {
    const mine = ++asked;
    const body = new URLSearchParams({ password: input.value, csrf_token: input.form.elements.csrf_token.value });
    try {
      const answer = await fetch("/password-strength", { method: "POST", body });
      if (!answer.ok || mine !== asked) return;
      const told = await answer.json();
      meter.value = told.score;
      words.textContent = told.words;
      line.hidden = false;
    } catch {
      line.hidden = true; // a hint that does not come is no harm
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value) timer = setTimeout(ask, PAUSE_MS);
    else line.hidden = true;
  });
}

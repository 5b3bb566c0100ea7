// Fetches a video's first picture when it comes into view, and not before.

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    entry.target.preload = "metadata";
  }
});

export function bind(video) {
  seen.observe(video);
}

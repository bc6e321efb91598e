// Runs before the first paint: theme by the system, and the folded navigation.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    if (root.dataset.theme === "auto") root.classList.toggle("dark", dark.matches);
  };
  paint();
  dark.addEventListener("change", paint);
  try {
    if (localStorage.getItem("nav") === "folded") root.classList.add("nav-folded");
  } catch {
    // Storage can be switched off; the navigation then starts unfolded.
  }
})();

// Runs before the first paint (a file of its own: the content security policy forbids inline scripts).
(() => {
  const chosen = localStorage.getItem("wattwise.theme");
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();

// What is left of the money while amounts are typed. The page works without this file.
"use strict";

(() => {
  const form = document.querySelector("[data-allocate]");
  if (!form) return;
  const out = form.querySelector("[data-allocate-left]");
  const language = document.documentElement.lang || "en";
  // Whole thousandths, so that cents add up exactly.
  const units = (text) => {
    const amount = Number(String(text).replace(/[,，\s]/g, ""));
    return Number.isFinite(amount) ? Math.round(amount * 1000) : 0;
  };
  const total = units(form.dataset.allocate);
  const written = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 3 });
  const inputs = [...form.querySelectorAll("input[data-open]")];
  const show = () => {
    const left = total - inputs.reduce((sum, one) => sum + units(one.value), 0);
    out.textContent = written.format(left / 1000);
    out.classList.toggle("dw-late", left < 0);
    for (const one of inputs) one.classList.toggle("is-invalid", units(one.value) > units(one.dataset.open));
  };
  form.addEventListener("input", show);
  show();
})();

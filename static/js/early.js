// Runs before the first paint: pages may then hide what only a script can open.
document.documentElement.classList.add("js");

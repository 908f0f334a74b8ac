/* Open what is folded around or at the target of a link. */
(() => {
  function openAround(target) {
    for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
  }

  function showTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    openAround(target);
    const own = target.querySelector(":scope > details.verdict-fold");
    if (own) own.open = true;
    target.scrollIntoView();
  }

  addEventListener("hashchange", showTarget);
  showTarget();
})();

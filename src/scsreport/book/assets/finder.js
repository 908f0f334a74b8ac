/* Find a country or a city by name, in any spelling; the names load when somebody begins to type. */
(() => {
  const MOST = 8;
  const { loadScript } = window.scsreportLoading;
  const FILES = 64;  // of other names, of which one is loaded: that of the first letter

  /** Letters without accents, marks and signs, in small: what is typed and what is listed meet. */
  function plain(name) {
    const stroked = { đ: "d", ø: "o", ł: "l", ı: "i", ħ: "h", ŧ: "t", ß: "ss", æ: "ae", œ: "oe", þ: "th", ð: "d" };
    const letters = name.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f\u200e\u200f]/g, "");
    return letters.replace(/[đøłıħŧßæœþð]/g, (letter) => stroked[letter]).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  const fileOf = (wanted) => wanted.codePointAt(0) % FILES;
  const joined = (name) => name.replaceAll(" ", "");

  /** Every name with where it leads and its rank by size; pages before their entries. */
  function listNames(pages) {
    const found = [];
    for (const [title, page, also, entries, steps] of pages) {
      found.push({ label: title, page, names: [title, ...also].map(plain), isPage: true, bySize: 0 });
      let bySize = 0;
      entries.forEach(([name, anchor = name.toLowerCase().replaceAll(" ", "-")], n) => {
        bySize += steps[n];
        found.push({ label: `${name}, ${title}`, page, anchor, names: [plain(name)], bySize });
      });
    }
    return found;
  }

  /** How well a name fits: 0 whole, 1 its beginning, 2 the beginning of a word of it. */
  function fit(name, wanted) {
    if (joined(name) === joined(wanted)) return 0;
    if (joined(name).startsWith(joined(wanted))) return 1;
    return ` ${name}`.includes(` ${wanted}`) ? 2 : Infinity;
  }

  function rankByName(listed, wanted) {
    return listed
      .map((item) => {
        const rank = Math.min(...item.names.map((name) => fit(name, wanted)));
        return { item, rank: rank - (item.isPage ? 0.5 : 0) };
      })
      .filter(({ rank }) => Number.isFinite(rank));
  }

  /** Entries that are also called so, behind those whose own name fits as well. */
  function rankByOtherName(listed, others, wanted) {
    const entries = listed.filter(({ isPage }) => !isPage);
    const found = [];
    for (const [place, ...names] of others) {
      const fits = names.map((name) => ({ name, rank: fit(plain(name), wanted) }));
      const best = fits.reduce((a, b) => (b.rank < a.rank ? b : a));
      if (best.rank < 2) {
        const item = { ...entries[place], also: best.name };
        found.push({ item, rank: best.rank + 0.25 });
      }
    }
    return found;
  }

  let listed;
  async function loadNames(folder) {
    await loadScript(`${folder}/names.js`);
    return (listed ??= listNames(window.scsreportNames));
  }

  async function loadOtherNames(folder, wanted) {
    const number = fileOf(wanted);
    await loadScript(`${folder}/names-${number}.js`);
    return window.scsreportOtherNames[number];
  }

  /** Countries and cities of a name, the best first, of those that fit as well the largest. */
  async function search(folder, typed) {
    const wanted = plain(typed);
    if (!wanted) return [];
    const names = await loadNames(folder);
    const others = await loadOtherNames(folder, wanted);
    const met = new Set();
    return [...rankByName(names, wanted), ...rankByOtherName(names, others, wanted)]
      .sort((a, b) => a.rank - b.rank || a.item.bySize - b.item.bySize)
      .map(({ item }) => item)
      .filter(({ page, anchor }) => {
        const place = `${page}#${anchor}`;
        return !met.has(place) && met.add(place);
      })
      .slice(0, MOST);
  }

  function makeLink(folder, { label, page, anchor, also }) {
    const link = document.createElement("a");
    link.href = `${folder}/${page}.html${anchor ? `#${anchor}` : ""}`;
    link.textContent = also ? `${label} (${also})` : label;
    return link;
  }

  function show(finder, found, typed) {
    const items = found.map((item) => {
      const line = document.createElement("li");
      line.append(makeLink(finder.dataset.folder, item));
      return line;
    });
    finder.querySelector(".finder-found").replaceChildren(...items);
    const said = found.length ? `${found.length} found` : "Nothing found: try another spelling, or the country.";
    finder.querySelector(".finder-said").textContent = typed.trim() ? said : "";
  }

  for (const finder of document.querySelectorAll(".finder")) {
    const field = finder.querySelector("input");
    const update = async () => {
      const typed = field.value;
      const found = await search(finder.dataset.folder, typed);
      if (field.value === typed) show(finder, found, typed);  // files come in any order
    };
    finder.hidden = false;
    field.addEventListener("focus", () => loadNames(finder.dataset.folder));
    field.addEventListener("input", update);
    finder.addEventListener("submit", (event) => {
      event.preventDefault();
      finder.querySelector(".finder-found a")?.click();
    });
  }

  window.scsreportFinder = { fileOf, makeLink, plain, search };
})();

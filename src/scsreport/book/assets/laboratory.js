/* The laboratory of links: a country, two cities, a new time; who gains, who falls behind. */
(() => {
  const { loadData } = window.scsreportLoading;
  const SHOWN = 12;
  const STATE = ["country", "a", "b", "today", "minutes", "halfLife", "elasticity"];
  const laboratory = document.querySelector(".laboratory");
  if (!laboratory) return;
  const { folder } = laboratory.dataset;
  const field = (name) => laboratory.querySelector(`[name="${name}"]`);
  const place = (name) => laboratory.querySelector(`.laboratory-${name}`);
  let kmh;
  let country;

  const count = (number) => Math.round(number).toLocaleString("en");
  const share = (part, digits = 1) => `${(100 * part).toFixed(digits).replace("-", "\u2212")}\u00a0%`;

  function element(name, text, properties = {}) {
    return Object.assign(document.createElement(name), { textContent: text }, properties);
  }

  function fillOptions(select, options) {
    select.replaceChildren(...options.map(([value, text]) => element("option", text, { value })));
  }

  /** Km by road between two cities; none where no road is known. */
  function kmBetween(a, b) {
    const [first, second] = a < b ? [a, b] : [b, a];
    return country.km[first][country.to[first].indexOf(second)];
  }

  const ends = () => [Number(field("a").value), Number(field("b").value)];

  /** Set today's minutes by the road, and half of them as the new ones. */
  function setMinutesByRoad() {
    const [a, b] = ends();
    const km = kmBetween(a, b);
    field("today").disabled = km === undefined;
    if (km === undefined) {
      field("today").value = "";
      return;
    }
    field("today").value = Math.round((km * 60) / kmh);
    field("minutes").value = Math.round((km * 30) / kmh);
  }

  /** Choose a country: its cities, the two largest, and the way between them. */
  async function choose(slug) {
    country = await loadData(folder, slug);
    field("country").value = slug;
    const options = country.names.map((name, i) => [i, `${name}, ${count(country.people[i])}`]);
    fillOptions(field("a"), options);
    fillOptions(field("b"), options);
    field("b").value = 1;
    setMinutesByRoad();
  }

  function show(a, b, effect) {
    const order = country.names.map((_, i) => i).sort((i, j) => effect.output[j] - effect.output[i] || i - j);
    const winners = order.filter((i) => effect.output[i] > 0);
    const told = [...new Set([a, b, ...winners.slice(0, SHOWN)])];
    const rows = told.map((i) => {
      const row = document.createElement("tr");
      row.append(
        element("th", country.names[i], { scope: "row" }),
        element("td", count(effect.before[i])),
        element("td", count(effect.after[i])),
        element("td", share(effect.output[i], 2)),
      );
      row.dataset.city = country.ids[i];
      row.dataset.output = effect.output[i];
      return row;
    });
    place("rows").replaceChildren(...rows);
    place("said").textContent =
      `${country.names[a]} gains ${share(effect.output[a])} of output and ${country.names[b]} ${share(effect.output[b])}; ` +
      `${winners.length} of ${country.names.length} cities gain something. Over all people the gain is ` +
      `${share(effect.mean, 2)}, and ${share(effect.behind, 0)} of them live where it is less: they fall behind. ` +
      `The gap between cities, in what access alone would give, goes from ${effect.gap[0].toFixed(4)} to ` +
      `${effect.gap[1].toFixed(4)} (Gini coefficient).`;
    place("said").dataset.mean = effect.mean;
    place("said").dataset.behind = effect.behind;
    place("said").dataset.gap = effect.gap.join(" ");
  }

  function complain(text) {
    place("rows").replaceChildren();
    place("said").textContent = text;
  }

  /** Work the link through as the fields say, and keep them in the address. */
  function update() {
    const [a, b] = ends();
    const minutes = field("minutes").valueAsNumber;
    const today = field("today").valueAsNumber;
    field("halfLife").nextElementSibling.value = `${field("halfLife").value} minutes`;
    field("elasticity").nextElementSibling.value = field("elasticity").value;
    if (a === b) return complain("Choose two different cities.");
    if (!(minutes >= 0)) return complain("Give the new time in minutes, 0 or more.");
    const km = kmBetween(a, b);
    if (km !== undefined && !(today > 0)) return complain("Give the time of today in minutes, above 0.");
    const minutesPerKm = km === undefined ? 60 / kmh : today / km;
    const link = { a, b, minutes, minutesPerKm };
    link.halfLife = field("halfLife").valueAsNumber;
    link.elasticity = field("elasticity").valueAsNumber;
    show(a, b, window.scsreportLinks.linkEffect(country, link));
    keepInAddress(a, b);
  }

  function keepInAddress(a, b) {
    const values = STATE.map((name) => field(name).value);
    values[1] = country.ids[a];
    values[2] = country.ids[b];
    history.replaceState(null, "", `#link/${values.join("/")}`);
  }

  /** Set all fields; cities by their GeoNames ids. */
  async function set(state) {
    await choose(state.country);
    field("a").value = country.ids.indexOf(Number(state.a));
    field("b").value = country.ids.indexOf(Number(state.b));
    setMinutesByRoad();
    for (const name of STATE.slice(3)) {
      if (state[name] !== undefined && state[name] !== "") field(name).value = state[name];
    }
    update();
  }

  function fromAddress() {
    const [, ...values] = decodeURIComponent(location.hash.slice(1)).split("/");
    return values.length === STATE.length
      ? Object.fromEntries(STATE.map((name, n) => [name, values[n]]))
      : undefined;
  }

  function offerPresets(presets) {
    const buttons = presets.map(([name, slug, a, b, today, minutes]) => {
      const button = element("button", name, { type: "button", className: "laboratory-preset" });
      button.addEventListener("click", () =>
        set({ country: slug, a, b, today, minutes, halfLife: "30", elasticity: "0.125" }));
      return button;
    });
    place("presets").replaceChildren(...buttons);
    return buttons[0];
  }

  async function open() {
    const { countries, presets, kmh: speed } = await loadData(folder, "countries");
    kmh = speed;
    fillOptions(field("country"), countries);
    const first = offerPresets(presets);
    field("country").addEventListener("change", async () => {
      await choose(field("country").value);
      update();
    });
    for (const name of ["a", "b"]) {
      field(name).addEventListener("change", () => {
        setMinutesByRoad();
        update();
      });
    }
    for (const name of STATE.slice(3)) field(name).addEventListener("input", update);
    laboratory.addEventListener("submit", (event) => event.preventDefault());
    laboratory.hidden = false;
    const state = fromAddress();
    if (state) await set(state);
    else first.click();
  }

  open();
})();

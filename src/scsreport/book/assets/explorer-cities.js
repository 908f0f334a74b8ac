/* The cities of an explorer: what a row of its file means, which are asked for, what is told. */

/**
 * @typedef {object} Country
 * @property {string} slug Its part of an address.
 * @property {string} name
 * @property {string} continent Its code.
 */

/**
 * @typedef {object} City
 * @property {number} rank From 1, the largest.
 * @property {string} name
 * @property {string} address Of the block that tells of it.
 * @property {number} people
 * @property {number} x On the map, in its units.
 * @property {number} y
 * @property {string} form One of FORMS.
 * @property {string} label The form as printed.
 * @property {string} sure The certainty of the form as printed; empty for the largest.
 * @property {number} percent The certainty of the form.
 * @property {boolean} contested
 * @property {string[]} met Rules under which it is secondary.
 * @property {Country} [country] Where the explorer shows several.
 */

/**
 * @typedef {object} Wish
 * @property {string} [rule]
 * @property {number} percent The least certainty of a form.
 * @property {string[]} forms
 * @property {string} [place] A country by its slug, or a continent by its code.
 */

window.scsreportExplorer = {};
(() => {
  const FORMS = ["hub", "cluster", "corridor", "largest"]; /* in the order of explorer.py */
  const NAMES = ["Hub", "Cluster", "Corridor", "Largest"];

  const count = (/** @type {number} */ number) => number.toLocaleString("en");

  /**
   * Read the cities of a file.
   * @param {{cities: any[][], countries?: string[][]}} held
   * @param {string[]} rules In the order of their bits.
   * @returns {City[]}
   */
  function unpack(held, rules) {
    const countries = held.countries?.map(([slug, name, continent]) => ({ slug, name, continent }));
    return held.cities.map((row, place) => {
      const [name, anchor, people, x, y, form, percent, contested, bits, number] = row;
      const country = countries?.[number];
      return {
        rank: place + 1,
        name,
        address: country ? `../countries/${country.slug}.html#${anchor}` : `#${anchor}`,
        people,
        x,
        y,
        form: FORMS[form],
        label: NAMES[form],
        sure: FORMS[form] === "largest" ? "" : `${percent}\u00a0%`,
        percent,
        contested: contested === 1,
        met: rules.filter((_, bit) => bits & (1 << bit)),
        country,
      };
    });
  }

  /**
   * Whether a city is in a place.
   * @param {City} city
   * @param {string} [place] As in Wish; none is everywhere.
   */
  function isIn(city, place) {
    return !place || city.country.slug === place || city.country.continent === place;
  }

  /**
   * Whether a city is asked for.
   * @param {City} city
   * @param {Wish} wish
   */
  function isAsked(city, wish) {
    return (
      wish.forms.includes(city.form) &&
      (!wish.rule || city.met.includes(wish.rule)) &&
      (city.form === "largest" || city.percent >= wish.percent) &&
      isIn(city, wish.place)
    );
  }

  /**
   * What a city is, in a line that goes on from its name.
   * @param {City} city
   */
  function tell(city) {
    const where = city.country ? `, ${city.country.name}` : "";
    const doubt = city.contested ? ", contested" : "";
    const certain = city.sure && `, ${city.sure} certain${doubt}`;
    const met = city.met.join(", ") || "no rule";
    const people = `number ${count(city.rank)} with ${count(city.people)} people`;
    return `${where}: ${people}; ${city.label.toLowerCase()}${certain}; secondary under ${met}.`;
  }

  const quote = (/** @type {unknown} */ cell) => `"${String(cell).replaceAll('"', '""')}"`;

  /**
   * Cities as a CSV that spreadsheets read.
   * @param {City[]} cities
   */
  function asCsv(cities) {
    const severalCountries = cities[0]?.country !== undefined;
    const country = severalCountries ? ["country"] : [];
    const heading = ["name", ...country, "people", "form", "certainty", "secondary_under"];
    const rows = cities.map((city) => [
      city.name,
      ...(severalCountries ? [city.country.name] : []),
      city.people,
      city.label,
      city.sure && city.percent / 100,
      city.met.join(" "),
    ]);
    const lines = [heading.join(","), ...rows.map((row) => row.map(quote).join(","))];
    return `\ufeff${lines.join("\r\n")}\r\n`;
  }

  Object.assign(window.scsreportExplorer, { FORMS, NAMES, asCsv, count, isAsked, isIn, tell, unpack });
})();

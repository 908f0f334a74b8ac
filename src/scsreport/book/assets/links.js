/* What a faster link does to the access of every city of a country, and to output: the measure of
   scsreport.connectivity.link_effect, step by step. A test holds the two against each other. */
window.scsreportLinks = (() => {
  /**
   * @typedef {object} Country
   * @property {number[]} people Of each city.
   * @property {number[][]} to For each city, the later ones that a road leads to.
   * @property {number[][]} km The length of each of these ways.
   */

  /**
   * @typedef {object} Link
   * @property {number} a Place of the first city.
   * @property {number} b Place of the second city.
   * @property {number} minutes Time on the link.
   * @property {number} halfLife Minutes after which a mass counts half.
   * @property {number} elasticity Per cent of output for a per cent of access.
   * @property {number} minutesPerKm On the roads of today.
   */

  /** Minutes between all cities, square and by rows; Infinity where no road is known. */
  function travelTimes({ people, to, km }, minutesPerKm) {
    const n = people.length;
    const time = new Float64Array(n * n).fill(Infinity);
    for (let i = 0; i < n; i += 1) {
      time[i * n + i] = 0;
      to[i].forEach((j, way) => {
        time[i * n + j] = km[i][way] * minutesPerKm;
        time[j * n + i] = time[i * n + j];
      });
    }
    return time;
  }

  /** Times once a link is open, for every pair that profits. */
  function addLink(time, n, a, b, minutes) {
    const toA = time.slice(a * n, a * n + n);
    const toB = time.slice(b * n, b * n + n);
    const after = time.slice();
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < n; j += 1) {
        if (i === j) continue;
        const over = Math.min(toA[i] + (toB[j] + minutes), toA[j] + (toB[i] + minutes));
        if (over < after[i * n + j]) after[i * n + j] = over;
      }
    }
    return after;
  }

  /** The people that each city reaches, its own in full, others half for every half-life. */
  function marketAccess(time, people, halfLife) {
    const n = people.length;
    return people.map((_, i) => {
      let reached = 0;
      for (let j = 0; j < n; j += 1) reached += people[j] * 2 ** (-time[i * n + j] / halfLife);
      return reached;
    });
  }

  /** Gini coefficient of values, by people. */
  function gini(values, people) {
    const total = people.reduce((sum, number) => sum + number, 0);
    const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j]);
    const sum = values.reduce((whole, value, i) => whole + value * people[i], 0);
    let held = 0;
    let area = 0;
    for (const i of order) {
      const next = held + (values[i] * people[i]) / sum;
      area += (people[i] / total) * (held + next);
      held = next;
    }
    return 1 - area;
  }

  /**
   * Access before and after of each city, their ratio and the change of output as a share; and of
   * all, weighed by people: the mean change, the share of people who gain less, and the gap before
   * and after in the output that access alone would give.
   * @param {Country} country
   * @param {Link} link
   */
  function linkEffect(country, { a, b, minutes, halfLife, elasticity, minutesPerKm }) {
    const { people } = country;
    const time = travelTimes(country, minutesPerKm);
    const before = marketAccess(time, people, halfLife);
    const opened = addLink(time, people.length, a, b, minutes);
    const after = marketAccess(opened, people, halfLife);
    const ratio = before.map((was, i) => (after[i] > was ? after[i] / was : 1));
    const output = ratio.map((times) => times ** elasticity - 1);
    const total = people.reduce((sum, number) => sum + number, 0);
    const mean = output.reduce((sum, gain, i) => sum + gain * people[i], 0) / total;
    const behind = people.reduce((sum, number, i) => (output[i] < mean ? sum + number : sum), 0) / total;
    const worth = (access) => access.map((reached) => reached ** elasticity);
    const gap = [gini(worth(before), people), gini(worth(after), people)];
    return { before, after, ratio, output, mean, behind, gap };
  }

  return { linkEffect, gini };
})();

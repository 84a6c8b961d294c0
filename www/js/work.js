/*
 * When many people come at once, a new session costs a proof of work: a number
 * such that SHA-256 (FIPS 180-4) of the challenge and its digits begins with so
 * many zero bits. It is looked for in short slices, between which the page
 * lives on. Fetched only when the server asks for it: login.js.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var SLICE_MS = 30, HIDDEN_MS = 400, LOOK_EVERY = 200; // a hidden tab has few slices
  var K = constants(64, 1 / 3), START = constants(8, 1 / 2);

  // The first bits of the broken parts of the primes' roots.
  function constants(n, power) {
    var found = [], i, root_of;
    function is_prime(p) {
      var d;
      for (d = 2; d * d <= p; d++) { if (p % d === 0) { return false; } }
      return true;
    }
    for (i = 2; found.length < n; i++) {
      root_of = Math.pow(i, power);
      if (is_prime(i)) { found.push((root_of - Math.floor(root_of)) * 4294967296 | 0); }
    }
    return found;
  }

  // One block of 16 words, which becomes w[0..63], into the state h.
  function compress(h, w) {
    var a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], i = h[7], t, x, y, one, two;
    for (t = 0; t < 64; t++) {
      if (t > 15) {
        x = w[t - 15];
        y = w[t - 2];
        w[t] = w[t - 16] + w[t - 7] +
          ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) +
          ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10) | 0;
      }
      one = i + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) +
        (e & f ^ ~e & g) + K[t] + w[t] | 0;
      two = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) +
        (a & b ^ a & c ^ b & c) | 0;
      i = g; g = f; f = e; e = d + one | 0;
      d = c; c = b; b = a; a = one + two | 0;
    }
    h[0] = h[0] + a | 0; h[1] = h[1] + b | 0; h[2] = h[2] + c | 0; h[3] = h[3] + d | 0;
    h[4] = h[4] + e | 0; h[5] = h[5] + f | 0; h[6] = h[6] + g | 0; h[7] = h[7] + i | 0;
  }

  function put(w, at, byte) { w[at >> 2] |= byte << 24 - (at & 3) * 8; }

  // The words of a text's bytes from `from` on, 16 at a time; text is ASCII.
  function block(text, from, w) {
    var at;
    for (at = 0; at < 16; at++) { w[at] = 0; }
    for (at = 0; at < 64 && from + at < text.length; at++) { put(w, at, text.charCodeAt(from + at)); }
    return at;
  }

  // The state after the whole blocks of a text: what all tries have in common.
  function begin(text) {
    var h = START.slice(), w = [], from;
    for (from = 0; from + 64 <= text.length; from += 64) {
      block(text, from, w);
      compress(h, w);
    }
    return h;
  }

  // And after the rest of it, its end and its length.
  function finish(begun, text, w) {
    var h = begun.slice(), from = text.length - text.length % 64, at = block(text, from, w);
    put(w, at, 128);
    if (at > 55) {
      compress(h, w);
      block('', 0, w);
    }
    w[15] = text.length * 8;
    compress(h, w);
    return h;
  }

  P.work = {
    hash: function (text) { return finish(begin(text), text, []); },

    // done(answer), or done(null) when its time is over. Returns a function that
    // gives it up.
    solve: function (challenge, bits, limit_ms, done) {
      var begun = begin(challenge), whole = challenge.length - challenge.length % 64;
      var ends = new Date().getTime() + limit_ms, n = 0, timer, w = [];
      function fits(text) {
        // Digits may fill a block: then it is not the same beginning.
        var h = text.length - text.length % 64 === whole ? finish(begun, text, w) : P.work.hash(text);
        return bits < 1 || h[0] >>> 32 - bits === 0;
      }
      function slice() {
        var until = new Date().getTime() + (document.hidden ? HIDDEN_MS : SLICE_MS), i;
        do {
          for (i = 0; i < LOOK_EVERY; i++, n++) {
            if (fits(challenge + n)) { done(String(n)); return; }
          }
        } while (new Date().getTime() < until);
        if (until > ends) { done(null); return; }
        timer = setTimeout(slice, 0);
      }
      timer = setTimeout(slice, 0);
      return function () { clearTimeout(timer); };
    }
  };
})(this);

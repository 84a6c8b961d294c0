/*
 * Emoji by their words, in the page's language (lang/emoji/, English where a
 * language has none), and those that were used last.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var RECENT_MAX = 16;
  var words = {}, code = '';

  // Accents are for those who have the keys.
  function fold(text) {
    var low = text.toLowerCase();
    return low.normalize ? low.normalize('NFD').replace(/[\u0300-\u036f]/g, '') : low;
  }

  // '😀 grinning cheerful|😃 ...'
  function read(lang) {
    code = lang;
    words = {};
    P.emoji_words[lang].split('|').forEach(function (entry) {
      var space = entry.indexOf(' ');
      words[entry.slice(0, space)] = fold(entry.slice(space));
    });
  }

  function load(lang, done) {
    P.need('lang/emoji/' + lang + '.js', function () {
      return !!P.emoji_words && !!P.emoji_words[lang];
    }, function (there) {
      if (!there) {
        if (lang !== 'en') { load('en', done); }
        return;
      }
      read(lang);
      done();
    });
  }

  function recent() {
    return (P.store.preferred('emoji') || '').split(' ').filter(Boolean);
  }

  P.emoji_find = {
    // done() when the words of the page's language have come, if they had not.
    ready: function (done) {
      if (code !== P.lang.current().code) { load(P.lang.current().code, done); }
    },

    // Each word of the query begins one of the emoji's; in scripts that leave
    // no space between words it may stand anywhere.
    matches: function (emoji, query) {
      return fold(query).split(/\s+/).every(function (part) {
        var at = /[^\u0000-\u024f]/.test(part) ? part : ' ' + part;
        return !part || emoji === query || (words[emoji] || '').indexOf(at) >= 0;
      });
    },

    recent: recent,

    used: function (emoji) {
      var others = recent().filter(function (other) { return other !== emoji; });
      P.store.prefer('emoji', [emoji].concat(others).slice(0, RECENT_MAX).join(' '));
    }
  };
})(this);

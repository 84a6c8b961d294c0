/*
 * The parts of the page that only a chat needs. They are fetched when somebody
 * begins, so that the first sight of the page stays light; each is a script
 * that makes P[name]; those with update() take part in what main.js shows.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var AGAIN_MS = 2000;
  var PARTS = [
    ['js/login.js', 'login'], ['js/ui-chat.js', 'ui_chat'], ['js/ui-person.js', 'ui_person'],
    ['js/log-text.js', 'log_text'], ['js/log-line.js', 'log_line'], ['js/ui-box.js', 'ui_box'],
    ['js/ui-log.js', 'ui_log'], ['js/log-keys.js', 'log_keys'], ['js/log-heard.js', 'log_heard'],
    ['js/popup.js', 'popup'], ['js/picture.js', 'picture'], ['js/picture-tile.js', 'picture_tile'],
    ['js/receipts.js', 'receipts'],
    ['js/icebreaker.js', 'icebreaker'], ['js/alerts.js', 'alerts']
  ];
  var STYLES = ['css/log.css', 'css/picture.css'];
  var joined = false;

  function join() {
    if (joined) { return; }
    joined = true;
    P.app.join(PARTS.map(function (part) { return P[part[1]]; }).filter(function (part) {
      return part.update; // the others are only called
    }));
  }

  function style(href) {
    var link = P.make('link');
    if (document.querySelector('[href="' + href + '"]')) { return; }
    link.rel = 'stylesheet';
    link.href = href;
    document.head.appendChild(link);
  }

  // done(true) when all are there; done(false) if one did not come, and then
  // the next call asks for it again.
  function load(done) {
    var left = PARTS.length, all = true;
    STYLES.forEach(style);
    PARTS.forEach(function (part) {
      P.need(part[0], function () { return !!P[part[1]]; }, function (there) {
        all = all && there;
        left -= 1;
        if (left) { return; }
        if (all) { join(); }
        done(all);
      });
    });
  }

  P.parts = {
    load: load,

    // As often as it takes: for a chat that goes on after a reload.
    insist: function (done) {
      load(function (all) {
        if (all) { done(); } else { setTimeout(function () { P.parts.insist(done); }, AGAIN_MS); }
      });
    }
  };
})(this);

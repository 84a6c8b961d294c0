/*
 * What a screen reader says of the log: each new line once, from a region of
 * its own. The log itself is no live region, or every mark and button in it
 * would be news as well. What is taken back, or over, does not stay there.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var KEEP = 5;

  function say(text) {
    var heard = P.el('heard');
    heard.appendChild(P.make('p', '', text));
    while (heard.childNodes.length > KEEP) { heard.removeChild(heard.firstChild); }
  }

  function retracted(lines) {
    return lines.filter(function (line) { return line.who === 'them' && line.retracted; }).length;
  }

  P.log_heard = {
    // Telling everything again, in another language or after a reload, is no
    // news to hear; nor is what one has just written.
    update: function (state, old) {
      var taken = old && state.chat === old.chat && retracted(state.lines) > retracted(old.lines);
      if (!old || state.lines === old.lines) { return; }
      if (taken || state.lines.length < old.lines.length) { P.el('heard').textContent = ''; }
      state.lines.forEach(function (line) {
        if (line.key <= old.keys || line.who === 'me') { return; }
        say((line.who === 'them' ? P.log_line.who(line) + ': ' : '') + P.log_line.words(line));
      });
      if (taken) { say(P.log_line.who({ who: 'them' }) + ': ' + P.t('log.retracted')); }
    }
  };
})(this);

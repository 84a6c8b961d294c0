/*
 * "typing", both ways: ours is told at most every 3 s and taken back after
 * 5 s of silence; the partner's is believed for 8 s. All of it is decoration:
 * errors are ignored, a lost one does no harm.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var EVERY_MS = 3000, SILENT_MS = 5000, BELIEVE_MS = 8000;
  var mine = { at: 0, timer: null }, theirs = { seq: 0, timer: null };

  function tell(on) {
    var state = P.app.state();
    mine.at = on ? new Date().getTime() : 0;
    if (state.phase !== 'chatting' || P.poll.is_down()) { return; }
    P.api.post('typing', { on: on, chat: state.chat }, state.token, function () {});
  }

  function silence() {
    clearTimeout(mine.timer);
    if (mine.at) { tell(false); }
  }

  P.typing = {
    changed: function (text) {
      if (P.text.is_blank(text)) { silence(); return; }
      clearTimeout(mine.timer);
      mine.timer = setTimeout(silence, SILENT_MS);
      if (new Date().getTime() - mine.at >= EVERY_MS) { tell(true); }
    },

    // A sent message has ended it on the other side already.
    sent: function () {
      clearTimeout(mine.timer);
      mine.at = 0;
    },

    update: function (state) {
      if (state.typing === theirs.seq) { return; }
      theirs.seq = state.typing;
      clearTimeout(theirs.timer);
      if (!theirs.seq) { return; }
      theirs.timer = setTimeout(function () { P.app.send({ type: 'quiet' }); }, BELIEVE_MS);
    }
  };
})(this);

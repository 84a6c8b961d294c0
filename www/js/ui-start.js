/* The first screen: a name, and how many people are here. */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var ONLINE_MS = 30000, COUNT_FROM = 30;
  var me = { busy: false, notice: '' };

  function notice(key) {
    me.notice = key;
    P.show(P.el('start-notice'), !!key);
    P.el('start-notice').textContent = key ? P.t(key) : '';
  }

  function count() {
    var n = P.text.count(P.text.name(P.el('name').value)), el = P.el('name-count');
    P.show(el, n >= COUNT_FROM);
    P.flag(el, '-over', n > P.text.NAME_MAX);
    el.textContent = n + ' / ' + P.text.NAME_MAX;
  }

  function check(name) {
    if (!name) { return 'error.no_name'; }
    return P.text.count(name) > P.text.NAME_MAX ? 'error.long_name' : '';
  }

  function reason(error) {
    if (error.status === 0) { return 'error.offline'; }
    return {
      400: 'error.bad_name', 403: 'error.banned', 429: 'error.too_many'
    }[error.status] || 'error.unavailable';
  }

  function busy(on) {
    me.busy = on;
    P.el('start-go').disabled = on;
    P.el('start-go').textContent = P.t(on ? 'start.going' : 'start.go');
  }

  function submit(e) {
    var name = P.text.name(P.el('name').value), wrong = check(name), tags;
    e.preventDefault();
    if (me.busy) { return; }
    notice(wrong);
    if (wrong) { P.el('name').focus(); return; }
    tags = P.tags.all();
    if (P.tags.check()) { P.el('tags').focus(); return; }
    P.tags.keep();
    busy(true);
    P.parts.load(function (all) {
      if (all) { P.login(name, tags, told); } else { told({ status: 0 }); }
    });
  }

  function told(error) {
    busy(false);
    if (error) { notice(reason(error)); }
  }

  function look_online() {
    if (P.app.state().phase !== 'start' || document.hidden) { return; }
    P.api.get('stats', null, 10000, function (error, stats) {
      if (!error) { P.app.send({ type: 'online', online: stats.online }); }
    });
  }

  P.ui_start = {
    mount: function () {
      P.on('start-form', 'submit', submit);
      P.on('name', 'input', count);
      setInterval(look_online, ONLINE_MS);
      document.addEventListener('visibilitychange', look_online);
      setTimeout(look_online, 0);
    },

    update: function (state, old) {
      if (!old) {
        P.el('name').value = P.el('name').value || state.name;
        notice(me.notice);
      } else if (old.phase !== state.phase) {
        notice(state.notice ? 'error.' + state.notice : '');
        if (state.phase === 'start') { P.el('name').value = state.name; }
      }
      count();
    }
  };
})(this);

/*
 * What a reload must not lose: sessionStorage, which belongs to one tab, so
 * that two tabs are two people. Without it (or when it is full) the page works
 * as well and forgets. The chosen language alone is kept beyond the tab.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var KEEP = ['phase', 'name', 'token', 'id', 'hold', 'cursor', 'chat', 'partner',
    'quit', 'block', 'widen_at', 'keys', 'always', 'seen'];
  var LINES_MAX = 500;
  var saved_lines = null;

  // Even to look at it may throw, where a browser forbids storage.
  function box(kind) {
    try { return root[kind] || null; } catch (e) { return null; }
  }

  function put(kind, key, value) {
    try { box(kind).setItem('parley.' + key, value); return true; } catch (e) { return false; }
  }

  function get(kind, key) {
    try { return box(kind).getItem('parley.' + key); } catch (e) { return null; }
  }

  function get_json(key) {
    try { return JSON.parse(get('sessionStorage', key)); } catch (e) { return null; }
  }

  // Lines before cursor: a crash between the two repeats lines, which their
  // seq shows, and never skips any.
  function save(state) {
    var session = {}, lines = state.lines.slice(-LINES_MAX);
    if (state.lines !== saved_lines) {
      while (!put('sessionStorage', 'lines', JSON.stringify(lines)) && lines.length) {
        lines = lines.slice(Math.ceil(lines.length / 2));
      }
      saved_lines = state.lines;
    }
    KEEP.forEach(function (k) { session[k] = state[k]; });
    put('sessionStorage', 'session', JSON.stringify(session));
  }

  function load() {
    var state = P.state.fresh(), session = get_json('session');
    if (!session || typeof session !== 'object') { return state; }
    KEEP.forEach(function (k) { if (k in session) { state[k] = session[k]; } });
    state.lines = state.chat ? get_json('lines') || [] : [];
    state.lines.forEach(function (line) {
      state.cursor = Math.max(state.cursor, line.seq || 0);
      state.keys = Math.max(state.keys, line.key);
    });
    return P.state.reduce(state, { type: 'loaded' });
  }

  // All that a tab needs to go on with the chat.
  function kept(state) {
    var out = { lines: state.lines };
    KEEP.forEach(function (k) { out[k] = state[k]; });
    return out;
  }

  P.store = {
    kept: kept,
    save: save,
    load: load,
    // Small things: the draft, the moment the page was left, the language.
    note: function (key, value) { put('sessionStorage', key, value); },
    noted: function (key) { return get('sessionStorage', key); },
    prefer: function (key, value) { put('localStorage', key, value); },
    preferred: function (key) { return get('localStorage', key); }
  };
})(this);

/*
 * From the pages without JavaScript to the page with it. What that one needs to
 * go on stands in the fields of a form of this page alone (it was the answer to
 * a POST, and has no address), and is put where js/store.js looks for it.
 */
(function (root) {
  'use strict';
  var fields = document.getElementById('carry').elements;
  var session = { phase: 'waiting' }, i;
  for (i = 0; i < fields.length; i++) { session[fields[i].name] = fields[i].value; }
  if (session.chat) {
    session.phase = 'chatting';
    session.partner = { name: session.partner, state: 'here' };
  }
  session.hold = Number(session.hold);
  session.cursor = Number(session.cursor);
  try {
    root.sessionStorage.setItem('parley.session', JSON.stringify(session));
    root.sessionStorage.removeItem('parley.lines');
  } catch (e) { return; } // without it the page would forget: stay here
  root.location.replace('/');
})(this);

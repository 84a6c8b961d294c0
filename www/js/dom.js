/*
 * The few things that every ui file needs. Text of people and of us goes in by
 * textContent alone: there is no other way in here, on purpose.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var waiting = {}; // scripts on their way -> who waits for them

  P.el = function (id) { return document.getElementById(id); };

  P.make = function (tag, name, text) {
    var el = document.createElement(tag);
    if (name) { el.className = name; }
    if (text !== undefined) { el.textContent = text; }
    return el;
  };

  P.show = function (el, on) { el.hidden = !on; };

  // classList for engines that have none, and for SVG in those that do.
  P.flag = function (el, name, on) {
    var had = (' ' + el.className + ' ').indexOf(' ' + name + ' ') >= 0;
    if (had === !!on) { return; }
    el.className = on ? el.className + ' ' + name
      : (' ' + el.className + ' ').replace(' ' + name + ' ', ' ').trim();
  };

  // Fetches a script that the first sight of the page does without. is_there()
  // tells whether it has come already, or has come at last: done(there).
  P.need = function (src, is_there, done) {
    var script;
    if (is_there()) { done(true); return; }
    if (waiting[src]) { waiting[src].push(done); return; }
    waiting[src] = [done];
    script = document.createElement('script');
    script.src = src;
    script.onload = script.onerror = function () {
      var all = waiting[src];
      delete waiting[src];
      all.forEach(function (fn) { fn(is_there()); });
    };
    document.head.appendChild(script);
  };

  // Input methods use Escape as well; 27 is for engines that know no e.key.
  P.is_escape = function (e) {
    return (e.key === 'Escape' || e.keyCode === 27) && !e.isComposing;
  };

  P.on = function (id, type, fn) { P.el(id).addEventListener(type, fn); };
})(this);

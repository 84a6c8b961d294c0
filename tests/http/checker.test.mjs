// The checker has to see what is wrong, or its silence means nothing: a good
// history, doctored in every way that a rule is there for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../history/checker.mjs';

let t = 0;
const event = (who, seq, type, more) => ({ what: 'event', who, seq, type, chat: '1', at: 5, t0: t, t: ++t, ...more });
const ask = (who, call, more) => ({ what: 'ask', who, call, chat: '1', tried: 0, t0: ++t, t1: ++t, wall: 10, outcome: 'ok', status: 200, ...more });
const send = (n, id, more) => ask('1', 'send', { text: `1:${n}`, id, at: 5, ...more });
const waits = (who, at, more) => ({ what: 'state', who, state: 'waiting', t: at, ...more });
const refused = { outcome: 'failed', status: 409, id: undefined };
const unknown = { outcome: 'unknown', status: 503, id: undefined };
const rough = () => ({ what: 'fault', rough: true, t0: 0, t1: 1e6 });

// Ann (1) writes to Bob (2), who reads it, says so, and leaves.
const good = () => {
  t = 0;
  return [
    { what: 'join', who: '1', name: 'Ann', t: ++t }, { what: 'join', who: '2', name: 'Bob', t: ++t },
    event('1', 1, 'matched', { partner: { name: 'Bob' } }), event('2', 1, 'matched', { partner: { name: 'Ann' } }),
    send(0, '8', { nonce: 'n0' }), send(1, '9', { nonce: 'n1' }),
    event('2', 2, 'message', { id: '8', text: '1:0' }), event('2', 3, 'message', { id: '9', text: '1:1' }),
    ask('2', 'seen', { id: '9' }), event('1', 2, 'seen', { upto: '9' }),
    ask('1', 'retract', { id: '9' }), event('2', 4, 'retracted', { id: '9' }),
    ask('1', 'image', { nonce: 'p', id: '10', at: 5, url: '/x' }), event('2', 5, 'image', { id: '10', url: '/x' }),
    ask('2', 'leave', { left: '1' }), event('1', 3, 'left', { reason: 'left' }),
    { what: 'state', who: '1', state: 'idle', t: ++t }, { what: 'state', who: '2', state: 'idle', t: ++t },
    { what: 'settled', who: '1', t: ++t }, { what: 'settled', who: '2', t: ++t },
  ];
};

const at = (h, fits) => h.findIndex(fits);
const find = (h, fits) => h[at(h, fits)];
const drop = (h, fits) => h.splice(at(h, fits), 1);
const shown = (id) => (e) => e.what === 'event' && e.id === id && e.type !== 'retracted';
const acked = (id) => (e) => e.what === 'ask' && e.id === id && (e.call === 'send' || e.call === 'image');
const of = (what) => (e) => e.what === what || e.call === what || e.type === what;

// Ann meets somebody else.
const second = (h) => h.push(event('1', 4, 'matched', { chat: '2', partner: { name: 'Cid' } })) && drop(h, of('left'));

// Somebody met at that time, and read of it at 4,000 ms.
const met = (who, when) => ({ ...event(who, 1, 'matched', { chat: '5', at: when, t0: 3999 }), t: 4000 });

// Two people who wait beside a service that answers, from 1,000 ms on.
const answers = (h, from, to) => { for (let i = from; i <= to; i += 100) h.push(ask('7', 'typing', { chat: '0', t0: i - 1, t1: i })); };

const doctored = {
  'lost': [(h) => drop(h, shown('8')), /acknowledged and lost/],
  'a picture is lost': [(h) => drop(h, shown('10')), /acknowledged and lost/],
  'twice': [(h) => h.push(event('2', 6, 'message', { id: '8', text: '1:0' })), /shown 2 times/],
  'twice with two ids': [(h) => h.push(event('2', 6, 'message', { id: '18', text: '1:0' })), /shown 2 times/],
  'stored twice': [(h) => h.push(send(0, '18', { nonce: 'n0', t0: 5 })), /stored more than once/],
  'one id for two': [(h) => { find(h, acked('9')).id = '8'; }, /given to two/],
  'the wrong order': [(h) => {
    for (const [a, b] of [[find(h, shown('8')), find(h, shown('9'))]]) [a.id, a.text, b.id, b.text] = ['9', '1:1', '8', '1:0'];
  }, /message 0 after 1/],
  'to a stranger': [(h) => h.push(event('3', 1, 'message', { id: '8', text: '1:0' })), /to a stranger/],
  'to the author': [(h) => h.push(event('1', 4, 'message', { id: '8', text: '1:0' })), /its own message/],
  'another text': [(h) => { find(h, shown('8')).text = '1:7'; }, /arrived as/],
  'another time': [(h) => { find(h, shown('8')).at = 6; }, /arrived as/],
  'another picture': [(h) => { find(h, shown('10')).url = '/y'; }, /arrived as/],
  'a message of nobody': [(h) => h.push(event('2', 6, 'message', { id: '30', text: '1:30' })), /nobody sent it/],
  'a picture of nobody': [(h) => h.push(event('2', 6, 'image', { id: '30', url: '/z' })), /may have been sent/],
  'refused, and shown': [(h) => Object.assign(find(h, acked('8')), refused), /refused, and shown/],
  'unknown, refused with its nonce, and shown': [(h) => {
    Object.assign(find(h, acked('8')), unknown);
    h.push(rough(), send(0, undefined, { nonce: 'n0', ...refused }));
  }, /refused, and shown/],
  'unknown, and shown twice': [(h) => {
    Object.assign(find(h, acked('8')), unknown);
    h.push(rough(), event('2', 6, 'message', { id: '18', text: '1:0' }));
  }, /shown 2 times/],
  'settled as another': [(h) => { h.push(rough(), send(0, undefined, { nonce: 'n0', ...unknown }), send(0, '77', { nonce: 'n0', t0: 5 })); }, /stored more than once/],
  'a gap': [(h) => { find(h, shown('9')).seq = 7; }, /event 7 after 2/],
  'a repeated number': [(h) => { find(h, shown('9')).seq = 2; }, /event 2 after 2/],
  'an event after the end': [(h) => h.push(event('1', 4, 'typing')), /while in null/],
  'an event of another chat': [(h) => { find(h, shown('8')).chat = '7'; }, /while in 1/],
  'a second partner': [(h) => { h.splice(2, 0, ask('1', 'next', { made: '1', chat: undefined })); second(h); }, /matched in chat 2 while in 1/],
  'a second partner for one who waited': [(h) => { h.splice(2, 0, ask('1', 'next', { chat: undefined, wall: 4 })); second(h); }, /matched in chat 2 while in 1/],
  'two chats at once': [(h) => h.splice(at(h, shown('9')), 0, event('2', 3, 'matched', { chat: '2' })), /while in 2/],
  'with oneself': [(h) => { h[3].who = '1'; }, /with himself/],
  'three in one chat': [(h) => h.push(event('3', 1, 'matched')), /3 sides/],
  'a wrong partner': [(h) => { h[0].name = 'Bob'; h[1].name = 'Ann'; }, /wrong partner/],
  'a chat that one side knows': [(h) => h.push(event('1', 4, 'matched', { chat: '2', partner: { name: 'Bob' } })), /knows nothing/],
  'a chat that one side is in': [(h) => {
    Object.assign(find(h, of('state')), { state: 'chatting', chat: '1' });
  }, /its partner 2 is not/],
  'accepted after the end': [(h) => h.push(send(2, '20')), /accepted after/],
  'typing after the end': [(h) => h.push(ask('1', 'typing')), /accepted after/],
  'newer than the end': [(h) => h.push(event('2', 6, 'typing', { at: 11 })), /newer than its end/],
  'the end is not told': [(h) => drop(h, of('left')), /never told/],
  'blocked, and met again': [(h) => {
    Object.assign(find(h, of('leave')), { call: 'block' });
    h.push(event('1', 4, 'matched', { chat: '2', at: 11 }), event('2', 6, 'matched', { chat: '2', at: 11 }));
  }, /blocked people/],
  'answered after its end': [(h) => { h.push(ask('2', 'end', { left: '1' }), ask('2', 'poll')); }, /had ended/],
  'shown after it was taken back': [(h) => { find(h, shown('9')).t0 = 1e5; }, /after it was taken back/],
  'taken back by nobody': [(h) => { drop(h, (e) => e.call === 'retract'); }, /by nobody/],
  'taking back is not told': [(h) => { drop(h, of('retracted')); h.forEach((e) => { if (e.who === '2' && e.seq > 4) e.seq--; }); }, /not told that 9/],
  'seen by nobody': [(h) => drop(h, (e) => e.call === 'seen'), /nobody said/],
  'seen of another\'s message': [(h) => h.push(event('2', 6, 'seen', { upto: '8' })), /of another/],
  'seen goes back': [(h) => h.splice(at(h, of('left')), 0, ask('2', 'seen', { id: '8' }), event('1', 3, 'seen', { upto: '8' })), /goes backward/],
  'an answer that must not be': [(h) => h.push({ what: 'odd', status: 500 }), /must not be/],
  'no answer without a fault': [(h) => h.push(ask('1', 'poll', unknown)), /no fault explains/],
  'no answer long after a fault': [(h) => h.push({ ...rough(), t1: 100 }, ask('1', 'poll', { ...unknown, t0: 5000, t1: 5001 })), /no fault explains/],
  'a poll fails in a rolling restart': [(h) => h.push(rough(), { what: 'phase', t0: 0, t1: 1e6 }, ask('1', 'poll', unknown)), /rolling restart/],
  'a session is forgotten': [(h) => h.push(ask('1', 'poll', { outcome: 'failed', status: 401 })), /session 1 was forgotten/],
  'two who meet late': [(h) => { answers(h, 900, 4300); h.push(waits('5', 1000), waits('6', 1100), met('5', 3900), met('6', 3900)); }, /both waited/],
  'two left waiting, as others see': [(h) => { h.push(waits('5', 1000), waits('6', 1100)); answers(h, 900, 4300); }, /both waited/],
  'two left waiting': [(h) => { answers(h, 900, 4300); h.push(waits('5', 1000), waits('6', 1100), waits('5', 3500), waits('6', 3600)); }, /both waited/],
};

test('the checker complains of every doctored history, and of what is wrong in it', () => {
  assert.deepEqual(check(good()), []);
  for (const [name, [doctor, words]] of Object.entries(doctored)) {
    const history = good();
    doctor(history);
    assert.match(check(history).join('\n'), words, name);
  }
});

test('the checker does not complain of what may be', () => {
  const fine = {
    'who came later has not waited yet': (h) => { answers(h, 900, 4300); h.push(waits('5', 1000), waits('6', 3300), waits('5', 3500)); },
    'one alone waits': (h) => { answers(h, 900, 4300); h.push(waits('5', 1000), waits('5', 4000)); },
    'nobody is paired while nothing is answered': (h) => { answers(h, 900, 1100); h.push(waits('5', 1000), waits('6', 1100), waits('5', 9000), waits('6', 9000)); },
    'a session that has ended is not there': (h) => h.push(ask('2', 'end', { left: undefined, chat: undefined }), ask('2', 'poll', { outcome: 'failed', status: 401 })),
    'left before it was read of': (h) => { h.splice(2, 0, ask('1', 'next', { t0: 1, t1: 60, chat: undefined })); drop(h, (e) => e.what === 'settled' && e.who === '1'); second(h); h.at(-1).seq = 3; },
    'left before it was read of, by a request that had no answer and was done later': (h) => { h.splice(2, 0, ask('1', 'next', { t0: 1, t1: 2, chat: undefined, wall: 4, outcome: 'unknown' }), rough()); drop(h, (e) => e.what === 'settled' && e.who === '1'); second(h); h.at(-1).seq = 3; },
    'two who read late that they have met': (h) => { answers(h, 900, 4300); h.push(waits('5', 1000), waits('6', 1100), met('5', 1900), met('6', 1900)); },
    'nobody reads while a worker is stopped': (h) => {
      h.push({ what: 'fault', rough: true, stalls: true, t0: 1500, t1: 4000 }, waits('5', 1000), waits('6', 1100));
      answers(h, 900, 4300);
    },
    'who had no answer begins anew': (h) => {
      answers(h, 900, 4300);
      h.push(rough(), waits('5', 1000), waits('6', 1100), ask('5', 'poll', unknown), waits('5', 3400), waits('6', 3600));
    },
    'two who have blocked each other wait': (h) => {
      Object.assign(find(h, of('leave')), { call: 'block' });
      answers(h, 900, 4300);
      h.splice(at(h, of('settled')), 0, waits('1', 1000), waits('2', 1100), waits('1', 3500), waits('2', 3600));
    },
    'unknown, and shown': (h) => { Object.assign(find(h, acked('8')), unknown); h.push(rough()); },
    'unknown, and not shown': (h) => h.push(rough(), send(5, undefined, unknown)),
    'unknown, and settled': (h) => h.push(rough(), send(0, undefined, { nonce: 'n0', ...unknown, t0: 5 })),
    'refused, and not shown': (h) => h.push(send(5, undefined, refused)),
    'a late repetition': (h) => h.push(send(0, '8', { nonce: 'n0' })),
    'taken back before it was read': (h) => { drop(h, shown('9')); find(h, of('retracted')).seq = 3; find(h, shown('10')).seq = 4; },
    'somebody who ended has not read it': (h) => { h.splice(at(h, shown('10')), 1); drop(h, (e) => e.what === 'settled' && e.who === '2'); },
    'a fault of others': (h) => h.push({ what: 'fault', rough: false, t0: 0, t1: 1e6 }, { what: 'phase', t0: 0, t1: 1e6 }, ask('1', 'poll', { outcome: 'cut', status: undefined })),
  };
  for (const [name, doctor] of Object.entries(fine)) {
    const history = good();
    doctor(history);
    assert.deepEqual(check(history), [], name);
  }
});

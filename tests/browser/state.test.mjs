// The rules of the page's state, without a browser: js/state.js and
// js/events.js are pure.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import vm from 'node:vm';

const world = vm.createContext({});
for (const name of ['text', 'state', 'partners', 'events', 'state-log']) {
  vm.runInContext(readFileSync(new URL(`../../www/js/${name}.js`, import.meta.url), 'utf8'), world);
}
const { state: S, text: T } = world.Parley;

const after = (state, ...events) => events.reduce(S.reduce, state);
const poll = (answer, more = {}) => ({
  type: 'poll', fresh: true, asleep: false, ...more,
  answer: { cursor: 0, state: 'chatting', chat: 'c1', events: [], ...answer },
});
const told = (...events) => poll({ events }, { fresh: false });
const event = (seq, type, rest = {}) => ({ seq, type, chat: 'c1', at: 1000 + seq, ...rest });
const matched = event(1, 'matched', { partner: { name: 'Ann' }, common: [] });
const say = (text, nonce) => ({ type: 'say', text, nonce, at: 5 });

const waiting = after(S.fresh(), { type: 'login', name: 'Bob', token: 't', id: '1', cursor: 0, hold: 25 });
const chatting = after(waiting, told(matched));
const statuses = (state) => state.lines.filter((l) => l.who === 'me').map((l) => l.status).join();
const notes = (state) => state.lines.filter((l) => l.who === 'note').map((l) => l.note).join();

describe('events', () => {
  it('matched begins a chat with an empty log', () => {
    assert.equal(chatting.phase, 'chatting');
    assert.equal(chatting.partner.name, 'Ann');
    assert.equal(notes(chatting), 'matched');
  });

  it('what was seen before is dropped', () => {
    const hello = event(2, 'message', { id: 'm1', text: 'hello' });
    const state = after(chatting, told(matched, hello), told(hello), told(event(3, 'typing', { on: true })));
    assert.deepEqual(Array.from(state.lines, (l) => l.text), [undefined, 'hello']);
    assert.equal(state.cursor, 3);
  });

  it('another chat is not shown, yet counted', () => {
    const state = after(chatting, told(event(2, 'message', { chat: 'c0', id: 'm', text: 'stray' }),
      event(3, 'left', { chat: 'c0', reason: 'left' })));
    assert.equal(state.phase, 'chatting');
    assert.equal(state.lines.length, 1);
    assert.equal(state.cursor, 3);
  });

  it('unknown types are passed over', () => {
    const state = after(chatting, told(event(2, 'seen', { upto: 1 }), event(3, 'hasOwnProperty')));
    assert.equal(state.cursor, 3);
  });

  it('a message ends the typing', () => {
    const typing = after(chatting, told(event(2, 'typing', { on: true })));
    assert.equal(typing.typing, 2);
    assert.equal(after(typing, told(event(3, 'message', { id: 'm', text: 'x' }))).typing, 0);
    assert.equal(after(typing, { type: 'quiet' }).typing, 0);
  });

  it('away and here are lines; an old pair of them makes room', () => {
    const away = (seq) => event(seq, 'presence', { state: 'away' });
    const here = (seq) => event(seq, 'presence', { state: 'here' });
    const state = after(chatting, told(away(2), here(3), away(4), here(5)));
    assert.equal(notes(state), 'matched,away,here');
    assert.equal(notes(after(state, told(here(6)))), 'matched,away,here');
    assert.equal(state.partner.state, 'here');
  });

  for (const reason of ['next', 'left', 'gone', 'banned']) {
    it(`left (${reason}) ends the chat and says why`, () => {
      const state = after(chatting, told(event(2, 'left', { reason })));
      assert.equal(state.phase, 'ended');
      assert.equal(notes(state), `matched,${reason}`);
    });
  }

  it('gone is about us when we had been silent', () => {
    const state = after(chatting, { ...told(event(2, 'left', { reason: 'gone' })), asleep: true });
    assert.equal(notes(state), 'matched,asleep');
  });

  it('a reason from the future is a plain end', () => {
    assert.equal(notes(after(chatting, told(event(2, 'left', { reason: 'comet' })))), 'matched,over');
  });
});

describe('own messages', () => {
  it('go from sending to sent, with the server\'s time', () => {
    const state = after(chatting, say('a', 'n1'), say('b', 'n2'), { type: 'sent', nonce: 'n1', id: 'm1', at: 77 });
    assert.equal(statuses(state), 'sent,sending');
    assert.equal(state.lines[1].at, 77);
    assert.equal(S.unsent(state).nonce, 'n2');
  });

  it('one that fails holds up those behind it, and a retry takes all', () => {
    const failed = after(chatting, say('a', 'n1'), say('b', 'n2'), { type: 'failed' });
    assert.equal(statuses(failed), 'failed,failed');
    assert.equal(S.unsent(failed), null);
    assert.equal(S.unsent(after(failed, { type: 'retry' })).nonce, 'n1');
    assert.equal(S.unsent(after(failed, say('c', 'n3'))).nonce, 'n1');
  });

  it('what the server refuses is lost alone', () => {
    const state = after(chatting, say('a', 'n1'), say('b', 'n2'), { type: 'refused', nonce: 'n1' });
    assert.equal(statuses(state), 'lost,sending');
  });

  it('the end of the chat loses what is not out, and nothing else', () => {
    const busy = after(chatting, say('a', 'n1'), { type: 'sent', nonce: 'n1', id: 'm', at: 1 }, say('b', 'n2'));
    assert.equal(statuses(after(busy, told(event(2, 'left', { reason: 'next' })))), 'sent,lost');
    assert.equal(statuses(after(busy, { type: 'over', chat: 'c1' })), 'sent,lost');
    assert.equal(statuses(after(busy, { type: 'over', chat: 'c0' })), 'sent,sending');
    assert.equal(S.unsent(after(busy, { type: 'stop' })), null);
  });

  it('no state is changed in place', () => {
    const before = JSON.stringify(chatting);
    after(chatting, say('a', 'n'), { type: 'failed' }, { type: 'next' });
    assert.equal(JSON.stringify(chatting), before);
  });
});

describe('what a fresh poll repairs', () => {
  const next = after(chatting, { type: 'next' });

  it('a next that was lost is missing, before and after it left the chat', () => {
    assert.equal(S.missing(next, { state: 'chatting', chat: 'c1' }), 'next');
    assert.equal(S.missing(next, { state: 'idle' }), 'next');
    assert.equal(S.missing(next, { state: 'waiting' }), null);
    assert.equal(S.missing(chatting, { state: 'chatting', chat: 'c1' }), null);
  });

  it('a leave that was lost is missing', () => {
    const stopped = after(chatting, { type: 'stop' });
    assert.equal(S.missing(stopped, { state: 'chatting', chat: 'c1' }), 'leave');
    assert.equal(S.missing(stopped, { state: 'idle' }), null);
  });

  it('the chat that is being left does not come back', () => {
    assert.equal(after(next, poll({ partner: { name: 'Ann', state: 'here' } })).phase, 'waiting');
  });

  it('a chat that began elsewhere is taken over', () => {
    const state = after(chatting, poll({ chat: 'c2', partner: { name: 'Cy', state: 'away' } }));
    assert.equal(state.chat, 'c2');
    assert.equal(state.partner.name, 'Cy');
    assert.equal(state.partner.state, 'away');
  });

  it('a chat that the server does not know has ended', () => {
    assert.equal(notes(after(chatting, poll({ state: 'idle', chat: undefined }))), 'matched,over');
  });

  it('a stale answer repairs nothing', () => {
    const stale = poll({ state: 'idle' }, { fresh: false });
    assert.equal(after(chatting, stale).phase, 'chatting');
  });
});

describe('partners', () => {
  const met = (rest, seq = 2) => told(event(seq, 'matched', { chat: 'c2', partner: { name: 'Ann' }, ...rest }));
  const next = { type: 'next', at: 1000 };

  it('common interests, and a word for those met before, stand in the line of the meeting', () => {
    const [line] = after(waiting, met({ common: ['Music'], again: true })).lines;
    assert.deepEqual([line.note, line.met, Array.from(line.common)], ['matched', 'again', ['Music']]);
    assert.equal(chatting.lines[0].met, 'matched');
  });

  it('Next leaves a way back, with what was said; a new partner does not take it away', () => {
    const gone = after(chatting, say('hi', 'n'), next);
    assert.equal(gone.lines.length, 0);
    assert.deepEqual([gone.undo.name, gone.undo.until], ['Ann', 6000]);
    assert.equal(after(gone, met({ partner: { name: 'Cy' } })).undo, gone.undo);
    assert.equal(after(gone, { type: 'no_undo' }).undo, null);
    assert.equal(after(waiting, next).undo, null);
    const back = after(gone, met({ back: true }));
    assert.deepEqual(Array.from(back.lines, (l) => l.met || l.text), ['matched', 'hi', 'back']);
    assert.equal(back.lines[1].status, 'lost');
    assert.equal(back.undo, null);
    assert.equal(new Set(back.lines.map((l) => l.key)).size, 3);
  });

  it('the one who was left keeps the lines, too, also when the same chat goes on', () => {
    const left = after(chatting, told(event(2, 'left', { reason: 'next' })));
    for (const chat of ['c1', 'c2']) {
      const back = after(left, met({ back: true, chat }, 3));
      assert.deepEqual([back.phase, back.chat, notes(back)], ['chatting', chat, 'matched,next,matched']);
    }
    assert.equal(after(left, met({ back: true, partner: { name: 'Cy' } }, 3)).lines.length, 1);
    assert.equal(after(left, met({ chat: 'c1' }, 3)).phase, 'ended');
  });

  it('a block ends the chat, and is missing until the server knows', () => {
    const blocked = after(chatting, { type: 'block' });
    assert.deepEqual([blocked.phase, blocked.block, notes(blocked)], ['ended', 'c1', 'matched,block']);
    assert.equal(S.missing(blocked, { state: 'chatting', chat: 'c1' }), 'block');
    assert.equal(S.missing(after(blocked, { type: 'blocked' }), { state: 'idle' }), null);
  });

  it('the wait for who fits ends with the meeting, and with a stop', () => {
    const seeking = after(waiting, { type: 'widen', at: 9000 });
    assert.equal(seeking.widen_at, 9000);
    assert.equal(after(seeking, met({})).widen_at, 0);
    assert.equal(after(seeking, next).widen_at, 0);
  });
});

describe('what was said', () => {
  const said = after(chatting, say('one', 'n1'), say('two', 'n2'), { type: 'sent', nonce: 'n1', id: 'a', at: 6 });
  const marks = (state) => Array.from(state.lines.filter((l) => l.who === 'me'), (l) => !!l.seen).join();

  it('is marked as seen, up to the message that was seen, and in no other chat', () => {
    assert.equal(marks(after(said, told(event(2, 'seen', { upto: 'a' })))), 'true,false');
    assert.equal(marks(after(said, told(event(2, 'seen', { upto: 'a', chat: 'c0' })))), 'false,false');
    assert.equal(marks(after(said, told(event(2, 'seen', { upto: 'nobody knows' })))), 'false,false');
  });

  it('is so even if it was seen before its own answer came', () => {
    const early = after(said, told(event(2, 'seen', { upto: 'b' })));
    assert.equal(marks(early), 'false,false');
    assert.equal(marks(after(early, { type: 'sent', nonce: 'n2', id: 'b', at: 7 })), 'true,true');
  });

  it('is gone when it was taken back', () => {
    const state = after(chatting, told(event(2, 'message', { id: 'm', text: 'oops' }), event(3, 'retracted', { id: 'm' })));
    assert.doesNotMatch(JSON.stringify(state), /oops/);
    assert.equal(state.lines[1].retracted, true);
  });
});

describe('a picture', () => {
  const picture = { url: '/api/image/x', width: 4, height: 3, bytes: 5 };
  const mine = after(chatting, { type: 'picture', nonce: 'p', at: 5, picture });

  it('of the partner is not looked at before somebody chooses to, once or for the chat', () => {
    const state = after(chatting, told(event(2, 'image', { id: 'i', ...picture })));
    assert.equal(state.lines[1].looked, false);
    assert.equal(after(state, { type: 'look', key: state.lines[1].key }).lines[1].looked, true);
    const always = after(state, { type: 'look_always' }, told(event(3, 'image', { id: 'j', ...picture })));
    assert.deepEqual(Array.from(always.lines.slice(1), (l) => l.looked), [true, true]);
  });

  it('on its way holds up no message, and is lost with its chat or a reload', () => {
    assert.equal(S.unsent(after(mine, say('words', 'n1'))).text, 'words');
    assert.equal(statuses(after(mine, { type: 'failed' })), 'sending');
    assert.equal(statuses(after(mine, { type: 'stop' })), 'lost');
    assert.equal(statuses(after(mine, { type: 'loaded' })), 'lost');
  });

  it('can be cancelled, fail, and arrive', () => {
    assert.equal(statuses(after(mine, { type: 'picture_gone', nonce: 'p' })), '');
    assert.equal(statuses(after(mine, { type: 'picture_status', nonce: 'p', status: 'failed' })), 'failed');
    const up = after(mine, { type: 'picture_up', nonce: 'p', id: 'i', at: 9, ...picture });
    assert.equal(statuses(after(up, { type: 'picture_status', nonce: 'p', status: 'failed' })), 'sent');
    assert.equal(up.lines[1].picture.url, '/api/image/x');
  });
});

describe('a visit', () => {
  it('that expires goes back to the name, and keeps it', () => {
    const state = after(chatting, { type: 'bye', notice: 'expired' });
    assert.equal(state.phase, 'start');
    assert.equal(state.name, 'Bob');
    assert.equal(state.token, null);
    assert.equal(state.notice, 'expired');
  });

  it('events that nobody knows change nothing', () => {
    assert.equal(S.reduce(chatting, { type: 'toString' }), chatting);
  });
});

describe('text', () => {
  it('is counted in characters, not in units', () => {
    assert.equal(T.count('a😀é'), 3);
    assert.equal(T.count('😀'.repeat(40)), 40);
  });

  it('is rid of what the server refuses', () => {
    assert.equal(T.clean('a\u0000b\r\nc\td\ud800e\u009ff'), 'ab\nc\tdef');
    assert.equal(T.clean('😀'), '😀');
    assert.equal(T.name('  A \n  B '), 'A B');
  });

  it('has nonces that the server takes, and no two alike', () => {
    const some = new Set(Array.from({ length: 50 }, T.nonce));
    assert.equal(some.size, 50);
    for (const nonce of some) assert.match(nonce, /^[0-9a-f]{32}$/);
  });
});

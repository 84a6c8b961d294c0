// socketio.mjs PORT websocket|polling: the relay that people would write with
// socket.io: pairs whoever waits, hands messages on, keeps nothing.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const [port, transport] = process.argv.slice(2);
const http = createServer();
const io = new Server(http, { transports: [transport], serveClient: false });

let waiting = null;
let chats = 0;

function leave(socket) {
  const { partner } = socket.data;
  if (waiting === socket) waiting = null;
  if (!partner) return;
  socket.data.partner = partner.data.partner = null;
  partner.emit('left');
}

function seek(socket) {
  leave(socket);
  if (!waiting) {
    waiting = socket;
    return;
  }
  const other = waiting;
  waiting = null;
  socket.data.partner = other;
  other.data.partner = socket;
  chats += 1;
  socket.emit('matched', chats);
  other.emit('matched', chats);
}

io.on('connection', (socket) => {
  socket.on('next', () => seek(socket));
  socket.on('message', (text) => socket.data.partner?.emit('message', text));
  socket.on('disconnect', () => leave(socket));
});

http.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });

import { type Bytes, double, float, int, message, text } from '../../../protobuf.js';
import { record } from './records.js';

// Fields of TensorFlow's messages, by the numbers in event.proto and summary.proto.
const Event = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const Summary = { value: 1 } as const;
const Value = { tag: 1, simpleValue: 2 } as const;
const SessionLog = { status: 1, START: 1 } as const;

const event = (wallTime: number, ...fields: Bytes[]): Uint8Array =>
  record(Uint8Array.from([double(Event.wallTime, wallTime), ...fields].flat()));

/** The first record of every file. @param wallTime seconds since 1970 */
export const versionEvent = (wallTime: number): Uint8Array => event(wallTime, text(Event.fileVersion, 'brain.Event:2'));

/** Tells TensorBoard to forget what older files of the directory have at this step and after it. */
export const restartEvent = (wallTime: number, step: number): Uint8Array =>
  event(wallTime, int(Event.step, step), message(Event.sessionLog, int(SessionLog.status, SessionLog.START)));

/** Numbers at a step, by tag: points of the charts with these names. */
export const scalarsEvent = (wallTime: number, step: number, scalars: Readonly<Record<string, number>>): Uint8Array =>
  event(
    wallTime,
    int(Event.step, step),
    message(
      Event.summary,
      ...Object.entries(scalars).map(([tag, value]) =>
        message(Summary.value, text(Value.tag, tag), float(Value.simpleValue, value)),
      ),
    ),
  );

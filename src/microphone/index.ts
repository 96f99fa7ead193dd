export { type Microphone, type MicrophoneOptions, openMicrophone } from './openMicrophone.js';

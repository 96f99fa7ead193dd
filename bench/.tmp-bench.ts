import * as tf from '@tensorflow/tfjs-core';
import { ASTForAudioClassification, astPresets } from '../src/ast/index.js';
import { useBackend } from '../src/backends/index.js';
import { adamW, crossEntropy, valueAndGradients } from '../src/train/index.js';
import { clipByGlobalNorm, globalNorm } from '../src/train/gradients.js';
const be=process.argv[2] ?? 'onnxruntime', size = process.argv[3] ?? 'small', B=+(process.argv[4]??16), steps=+(process.argv[5]??3);
await useBackend(be as 'cpu');
let t=performance.now(); const lap=(n:string)=>{const s=(performance.now()-t)/1000;console.log(n.padEnd(14),s.toFixed(3),'s',(s/B).toFixed(3),'s/clip','rss',(process.memoryUsage().rss/1e6).toFixed(0),'peak',(process.resourceUsage().maxRSS/1e3).toFixed(0),'MB', tf.memory().numTensors); t=performance.now();};
const m = ASTForAudioClassification.fromConfig({...astPresets[size as 'small'], maxLength:512}, {labels: Array.from({length:50},(_,i)=>'l'+i)});
lap('init');
const x = tf.tensor3d(Float32Array.from({length:B*512*128},()=>Math.random()-.5),[B,512,128]);
for (let i=0;i<3;i++){ const {logits}=m.forward(x); logits.dataSync(); logits.dispose(); lap('forward'); }
const opt=adamW({weightDecay:.01});
const step=()=>{ const r = valueAndGradients(m.parameters(), ()=>crossEntropy(m.forward(x,{training:true}).logits, tf.tensor1d(Array.from({length:B},(_,i)=>i%10),'int32'))); r.loss.dataSync(); lap('  fwd+bwd'); const n=globalNorm(r.gradients); const nv=n.dataSync()[0]!; n.dispose(); const g=clipByGlobalNorm(r.gradients,nv,1); opt.step(m.parameters(),g,1e-4); tf.dispose([r.loss,...g.values()]); lap('  optimizer');};
for (let i=0;i<steps;i++) step();
if (process.argv[6]) { const pr = await tf.profile(()=>{ step(); return tf.scalar(0);});
const by:Record<string,[number,number]>={}; for(const k of pr.kernels){const ms=await k.kernelTimeMs as number; const e=by[k.name]??=[0,0]; e[0]+=ms; e[1]++;}
console.log(Object.entries(by).sort((a,b)=>b[1][0]-a[1][0]).slice(0,22).map(([n,[ms,c]])=>`${n} ${ms.toFixed(0)}ms x${c}`).join('\n'));}

import { render } from 'preact';
import { dropHere } from './actions/drop.js';
import { classifyShown } from './actions/scene.js';
import { startComputing } from './actions/workers.js';
import { restore } from './storage.js';
import { ClassesView } from './views/ClassesView.js';
import { Header } from './views/Header.js';
import { ListenView } from './views/ListenView.js';
import { ModelsView } from './views/ModelsView.js';
import { Notices } from './views/Notices.js';
import { TrainView } from './views/TrainView.js';

function App() {
  return (
    <>
      <Header />
      <Notices />
      <main>
        <div class="column">
          <ListenView />
          <TrainView />
        </div>
        <div class="column">
          <ClassesView />
          <ModelsView />
        </div>
      </main>
    </>
  );
}

// The workers first: they load while the page is drawn. A sound that was opened before the model was there is then classified.
void startComputing(classifyShown);
void restore();
render(<App />, document.getElementById('app')!);
dropHere(document);

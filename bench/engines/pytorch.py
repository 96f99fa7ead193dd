"""PyTorch's side: features (torchaudio), the forward pass and the training step of AST, spoken to as serve.ts is.
The model is reference_ast.py of the directory that the task names; its weights from seed 0 are those of export_onnx.py."""
import json, resource, sys, time

PREFIX, COMPARED = '#bench ', 1024


def answer(**values):
    print(PREFIX + json.dumps(values), flush=True)


def noise(length, scale=1.0):
    state, values = 1, []
    for _ in range(length):
        state = state * 16807 % 2147483647
        values.append(scale * (state / 2**30 - 1))
    return torch.tensor(values)


def features(task):
    from torchaudio.compliance import kaldi

    waveform = noise(task['seconds'] * 16000, 0.3)[None]
    settings = dict(htk_compat=True, sample_frequency=16000, use_energy=False, window_type='hanning', num_mel_bins=128, dither=0.0, frame_shift=10)
    # Its features are not normalised; the comparison wants them so, which costs next to nothing.
    return lambda: (kaldi.fbank(waveform, **settings) + 4.2677393) / (2 * 4.5689974)


def build(task):
    sys.path.insert(0, task['reference'])
    import reference_ast as reference

    model = reference.AST(reference.Config(reference.BASE, max_length=task['frames']))
    reference.randomize(model, 0)
    batch, frames = task['batch'], task['frames']
    return reference, model, noise(batch * frames * 128).view(batch, frames, 128)


def forward(task):
    _, model, x = build(task)
    model.eval()

    def run():
        with torch.no_grad():
            return model(x)

    return run


def is_trainable(name, trained):
    if trained == 'all' or name.startswith('classifier.'):
        return True
    if trained == 'head':
        return False
    parts = name.split('.')
    return int(parts[parts.index('layer') + 1]) >= 6 if 'layer' in parts else 'embeddings' not in name


def training_step(task):
    reference, model, x = build(task)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(is_trainable(name, task['trained']))
    if task['gradientCheckpointing']:
        from torch.utils.checkpoint import checkpoint

        for layer in model.audio_spectrogram_transformer.encoder['layer']:
            layer.forward = lambda z, inner=layer.forward: checkpoint(inner, z, use_reentrant=False)
    parameters = [p for p in model.parameters() if p.requires_grad]
    groups = [dict(g, params=[p for p in g['params'] if p.requires_grad]) for g in reference.decay_groups(model, 0.01)]
    optimizer, classes = torch.optim.AdamW(groups, 1e-5), torch.arange(len(x))

    def run():
        loss = torch.nn.functional.cross_entropy(model(x), classes)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        return torch.stack([loss.detach(), norm])

    return run


def serve(task):
    torch.set_num_threads(task['threads'])
    run = {'features': features, 'forward': forward, 'trainingStep': training_step}[task['kind']](task)
    answer()
    first = True
    for _ in sys.stdin:
        begun = time.perf_counter()
        for _ in range(task.get('repeat', 1)):
            result = run()
        seconds = (time.perf_counter() - begun) / task.get('repeat', 1)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        answer(seconds=seconds, peakBytes=peak, **({'outputs': result.flatten()[:COMPARED].tolist()} if first else {}))
        first = False


try:
    import torch

    serve(json.loads(sys.argv[1]))
except Exception as error:
    answer(failed=f'{type(error).__name__}: {error}')

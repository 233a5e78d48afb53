#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the results of two builds of the command bit by bit.

Usage: compare_builds.py [--keep DIR] [--only REGEX] [--list] OLD NEW [DEVICE ...]

OLD and NEW are two `clptycho` commands; devices default to `reference pocl`. A fixed list of runs (scans simulated,
every operation, `forward`, `compare`, every engine with every extension, checkpoints) is done with both from the same
inputs. Every array in a result must be the same bytes; of texts, the numbers must be the same. Differences and runs
that fail are listed, and the exit status is 1 if there are any. Arrays that only one build writes, changed pictures
and changed wording are notes. Needs Python's standard library alone.

--keep DIR    work in DIR and leave inputs and results there
--only REGEX  only the runs whose name matches, such as '^engine lsqml' or '^op '
--list        print the runs' names and exit
"""
import array
import functools
import math
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor

# ---- inputs: a small generator, and NPY and NPZ files without NumPy ---------------------------------------------


class Draws:
    """Uniform numbers in [low, high) from a 64-bit linear congruential generator: the same on every machine."""

    def __init__(self, seed):
        self.state = (seed * 2654435761 + 88172645463325252) % 2**64

    def number(self, low, high):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return low + (high - low) * (self.state >> 11) / 2**53

    def numbers(self, count, low, high):
        return [self.number(low, high) for _ in range(count)]


def npy(values, shape, dtype):
    """An NPY file: `values` are real numbers, or pairs one after the other for a complex type."""
    data = array.array({'<f4': 'f', '<c8': 'f', '<f8': 'd', '<c16': 'd'}[dtype], values)
    assert len(data) == math.prod(shape) * (2 if 'c' in dtype else 1)
    if sys.byteorder == 'big':
        data.byteswap()
    header = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }" % (dtype, ''.join('%d, ' % n for n in shape))
    header += ' ' * (-(len(header) + 11) % 64) + '\n'
    return b'\x93NUMPY\x01\x00' + len(header).to_bytes(2, 'little') + header.encode() + data.tobytes()


def write_npz(path, arrays):
    with zipfile.ZipFile(path, 'w') as out:
        for name, data in arrays.items():
            out.writestr(name + '.npy', data)


def real(seed, *shape, low=-1.0, high=1.0):
    return npy(Draws(seed).numbers(math.prod(shape), low, high), shape, '<f4')


def compl(seed, *shape):
    return npy(Draws(seed).numbers(2 * math.prod(shape), -1.0, 1.0), shape, '<c8')


def pairs(seed, *shape, low, high):
    return npy(Draws(seed).numbers(math.prod(shape), low, high), shape, '<f8')


def mask(seed, *shape):
    return npy([float(v < 0.9) for v in Draws(seed).numbers(math.prod(shape), 0, 1)], shape, '<f4')


def probe(seed, modes, side):
    """Gaussians with a phase, each mode with a node more than the last."""
    draws, values = Draws(seed), []
    for mode in range(modes):
        tilt = draws.numbers(2, -0.3, 0.3)
        for row in range(side):
            for column in range(side):
                x, y = (column - side / 2) / (side / 6), (row - side / 2) / (side / 6)
                a = math.exp(-0.5 * (x * x + y * y)) * (x ** mode if mode else 1.0) * 30
                values += [a * math.cos(tilt[0] * x + tilt[1] * y), a * math.sin(tilt[0] * x + tilt[1] * y)]
    return npy(values, (modes, side, side), '<c8')


def transforms(seed, count, size):
    values = []
    draws = Draws(seed)
    for _ in range(count):
        t = [1, 0, 0, 0, 1, 0, 0, 0, 1]
        t = [v + draws.number(-0.05, 0.05) for v in t]
        t[2], t[5], t[6], t[7], t[8] = draws.number(-3, 3), draws.number(-3, 3), t[6] * 1e-2, t[7] * 1e-2, 1.0
        values += t[:size]
    return npy(values, (count, 3, 3) if size == 9 else (count, size), '<f8')


# ---- the runs ---------------------------------------------------------------------------------------------------

BEAM = '--energy 8000 --detector-pixel 1e-6'
FRESNEL = '--propagation fresnel --distance 0.02 ' + BEAM
ANGULAR = '--propagation angular --distance 0.01 --source-distance 0.05 ' + BEAM

# Scans that both builds make; the old build's are what everything else reads.
SCANS = {
    'plain32': '--object cells --size 32 --count 36 --seed 1',
    'plain64': '--object star --probe gaussian --positions spiral --size 64 --count 25 --seed 2',
    'plain104': '--object cells --probe disc --positions random --size 104 --count 9 --step 10 --seed 3',
    'flawed32': '--object cells --size 32 --count 40 --positions spiral --step 4 --photons 1e5 --position-error 1.5 '
                '--intensity-jitter 0.1 --background 0.5 --dead 0.02 --seed 4',
    'few64': '--object star --size 64 --count 20 --jitter 1 --photons 1e4 --modes 2 --seed 5',
    'free32': '--object cells --size 32 --count 16 --photons 0 --seed 6',
    'padded64': '--object cells --pad --size 64 --count 16 --seed 7',
    'fresnel32': '--object cells --size 32 --count 25 --seed 8 ' + FRESNEL,
    'angular64': '--object star --size 64 --count 16 --seed 9 ' + ANGULAR,
}

# name, arrays, options
OPS = []


def op(name, options='', /, **arrays):
    OPS.append((name, arrays, options))


def list_ops():
    n, m = 32, 48
    positions = pairs(11, 12, 2, low=20, high=50)
    far_positions = pairs(12, 12, 2, low=-4, high=84)  # some patches reach over the object's edges
    offsets = pairs(13, 5, 4, 2, low=-5, high=5)
    images = {'real': real(14, 4, n, n), 'complex': compl(15, 4, n, n)}
    for kind, data in images.items():
        for interp in 'bilinear', 'nearest':
            for fill in 'zeros', 'edge':
                op('warp', f'--interp {interp} --fill {fill}', images=data, transforms=transforms(16, 4, 9))
            op('translate', f'--interp {interp}', images=data, shifts=pairs(17, 2, 2, low=-4, high=4))
        op('warp', images=data, transforms=transforms(18, 2, 8))
    op('warp-adjoint', images=images['complex'], transforms=transforms(16, 4, 9), cotangent=compl(19, 4, n, n))
    op('warp-adjoint', '--fill edge', images=images['real'], transforms=transforms(16, 1, 9),
       cotangent=real(20, 4, n, n))
    op('translate-adjoint', images=images['complex'], shifts=pairs(17, 4, 2, low=-4, high=4),
       cotangent=compl(19, 4, n, n))
    for side in 32, 64, 104:
        op('extract-scan', f'--size {side}', object=compl(21, 80, 90), positions=far_positions)
        op('extract-scan-adjoint', object=compl(21, 80, 90), positions=far_positions,
           cotangent=compl(22, 12, side, side))
        op('diffract', waves=compl(23, 3, side, side))
        op('diffract-adjoint', waves=compl(23, 3, side, side), cotangent=real(24, 3, side, side))
        op('reassemble-scan', f'--crop {side // 2}', patches=compl(25, 12, side, side), positions=positions)
        op('total-variation', object=compl(26, side, side + 3))
        for beam in FRESNEL, ANGULAR:
            op('propagate', beam, waves=compl(23, 3, side, side))
            op('propagate', beam + ' --back', waves=compl(23, 3, side, side))
    op('extract-scan', '--size 32', object=real(27, 80, 90), positions=far_positions)
    op('total-variation', '--variation edge --epsilon 0.01', object=compl(26, 40, 50))
    for data, cotangent in (real(28, 5, m, m), real(29, 5, 4, n, n)), (compl(30, 5, m, m), compl(31, 5, 4, n, n)):
        op('extract-group', f'--size {n}', canvas=data, offsets=offsets)
        op('extract-group-adjoint', canvas=data, offsets=offsets, cotangent=cotangent)
    for weight in 'none', 'center', 'center_masked', 'probe':
        for recenter in '', ' --recenter':
            extra = {'probe': probe(32, 2, n)} if weight == 'probe' else {}
            op('reassemble-group', f'--canvas {m} --weight {weight}{recenter}', patches=compl(31, 5, 4, n, n),
               offsets=offsets, **extra)
            op('reassemble-group-adjoint', f'--weight {weight}{recenter}', patches=compl(31, 5, 4, n, n),
               offsets=offsets, cotangent=compl(30, 5, m, m), **extra)
        op('physics-layer', f'--canvas {m} --weight {weight}', patches=compl(31, 5, 4, n, n), offsets=offsets,
           probe=probe(32, 2, n), cotangent=real(29, 5, 4, n, n))
    op('physics-layer', f'--canvas {m}', patches=compl(31, 5, 4, n, n), offsets=offsets, probe=probe(32, 1, n))
    list_model_ops(far_positions)
    for options in '--groups 6 --seed 3', '--grid 3 --neighbours 12', '--all-choices --groups 40 --neighbours 7':
        op('groups', options, positions=pairs(33, 40, 2, low=0, high=60))


def list_model_ops(positions):
    for side, modes, options in ((32, 1, ''), (32, 3, '--smooth 0.7 --scale 1.3'), (64, 2, '--probe-mask'),
                                 (64, 1, FRESNEL), (32, 2, ANGULAR), (104, 2, ''), (64, 2, '--pad')):
        inputs = dict(object=compl(34, 90, 100), positions=positions, probe=probe(35, modes, side))
        op('forward', options, **inputs)
        op('forward-adjoint', options, **inputs, cotangent=real(36, 12, side, side))
        for loss in 'poisson', 'amplitude', 'mae':
            op('gradient', f'--loss {loss} {options}', **inputs, measured=real(37, 12, side, side, low=0, high=40),
               **({} if loss == 'poisson' else {'mask': mask(38, side, side)}))
    for loss in 'poisson', 'amplitude', 'mae':
        op('loss', f'--loss {loss}', intensity=real(39, 6, 64, 64, low=0, high=50),
           measured=real(40, 6, 64, 64, low=0, high=50))
        op('loss', f'--loss {loss}', intensity=real(39, 6, 32, 32, low=0, high=50),
           measured=real(40, 6, 32, 32, low=0, high=50), mask=mask(41, 6, 32, 32))


ALL = 'rpie', 'epie', 'lsqml', 'ml', 'dm', 'raar'
# name, scan, options, engines
RECONSTRUCTIONS = [
    ('plain32', 'plain32', '', ALL),
    ('plain64', 'plain64', '', ALL),
    ('plain104', 'plain104', '', ALL),
    ('padded', 'padded64', '--probe mean', ALL),
    ('modes', 'plain32', '--modes 3', ALL),
    ('modes64', 'few64', '--modes 2 --seed 9', ALL),
    ('momentum', 'plain32', '--momentum 0.5 --step 0.6', ALL),
    ('positions', 'flawed32', '--position-start 2 --position-step 1.5 --position-limit 0.4 --position-range 3', ALL),
    ('affine', 'flawed32', '--position-start 1 --position-stretch 0.3 --position-dilation --position-affine 0.2', ALL),
    ('intensity', 'flawed32', '--intensity-start 2', ALL),
    ('background', 'flawed32', '--background-start 2', ALL),
    ('background smooth', 'flawed32', '--background-start 1 --background-smooth 2 --intensity-start 2', ALL),
    ('constraints', 'plain32', '--object-smooth 0.1 --object-tv 0.01 --object-least 0.2 --object-most 1.1 '
     '--probe-support 0.4 --probe-power 9e5', ALL),
    ('starts', 'plain32', '--probe-start 3 --object-start 1 --object random --probe gaussian:6', ALL),
    ('probe alone', 'plain32', '--object-start -1 --object file', ALL),
    ('centre', 'plain32', '--probe-centre 2 --probe disc:7', ALL),
    ('masks', 'flawed32', '--background none', ALL),
    ('no noise', 'free32', '--probe-scale data --alpha 0.3', ('rpie', 'lsqml', 'ml', 'dm', 'raar')),
    ('fresnel', 'fresnel32', FRESNEL, ALL),
    ('angular', 'angular64', ANGULAR + ' --modes 2', ALL),
    ('crop', 'plain64', '--crop 48 --bin 2 --orientation pattern-flip-x,transpose', ('rpie', 'lsqml')),
    ('find orientation', 'plain32', '--orientation auto', ('rpie',)),
    ('batches', 'plain32', '--batches compact --batch 5', ('rpie', 'lsqml')),
    ('poisson', 'few64', '--likelihood poisson --modes 2', ('lsqml', 'ml')),
    ('poisson flawed', 'flawed32', '--likelihood poisson --background-start 2', ('lsqml', 'ml')),
    ('opr', 'flawed32', '--opr-modes 2 --opr-start 2', ('rpie', 'lsqml')),
    ('opr modes', 'few64', '--opr-modes 1 --modes 2 --position-start 2', ('rpie', 'lsqml')),
    ('orthogonalise', 'few64', '--modes 3 --orthogonalise 2', ('rpie', 'epie', 'lsqml')),
    ('relaxation', 'plain32', '--relaxation 0.7', ('dm', 'raar')),
    ('everything', 'flawed32', '--modes 2 --momentum 0.3 --position-start 2 --intensity-start 2 --background-start 3 '
     '--object-tv 0.001 --probe-support 0.5 --probe-centre 3', ALL),
    ('everything opr', 'flawed32', '--opr-modes 1 --modes 2 --momentum 0.3 --position-start 2 --intensity-start 2 '
     '--background-start 3 --batches compact', ('rpie', 'lsqml')),
]


class Run:
    """One run: argument lists in which {out} is the build's folder and {in} the folder of common inputs."""

    def __init__(self, name, commands, results=(), printed=False, inputs=None):
        self.name, self.commands, self.results, self.printed, self.inputs = name, commands, results, printed, inputs


def simulations():
    return [Run('simulate ' + name, [f'simulate {options} --out {{out}}/{name}.npz'], [name + '.npz'])
            for name, options in SCANS.items()]


def op_runs():
    list_ops()
    runs = []
    for k, (name, arrays, options) in enumerate(OPS):
        file = f'op{k:03}.npz'
        runs.append(Run(' '.join(f'op {name} #{k} {options}'.split()),
                        [f'op {name} --in {{in}}/{file} {options} --out {{out}}/{file}'], [file],
                        inputs=(file, arrays)))
    return runs


def engine_runs():
    runs = []
    for name, scan, options, engines in RECONSTRUCTIONS:
        for engine in engines:
            stem = f'{engine}_{name}'.replace(' ', '_')
            runs.append(Run(f'engine {engine} {name}',
                            [f'reconstruct {{in}}/{scan}.npz --engine {engine} --iterations 4 {options} '
                             f'--out {{out}}/{stem}.npz'], [stem + '.npz', stem + '_object_phase.png']))
    for engine in ALL:
        options = f'reconstruct {{in}}/flawed32.npz --engine {engine} --position-start 2 --momentum 0.4 --modes 2 '
        runs.append(Run(f'engine {engine} resumed', [
            options + f'--iterations 3 --checkpoint 3 --out {{out}}/{engine}_part.npz',
            options + f'--iterations 5 --resume {{out}}/{engine}_part_checkpoint.npz '
            f'--out {{out}}/{engine}_resumed.npz'], [engine + '_part_checkpoint.npz', engine + '_resumed.npz']))
    return runs


def file_runs():
    runs = []
    for scan, options in ('plain32', ''), ('flawed32', ''), ('fresnel32', FRESNEL), ('plain104', ''):
        runs.append(Run(f'forward {scan}', [f'forward {{in}}/{scan}.npz {options} --out {{out}}/predicted_{scan}.npz'],
                        [f'predicted_{scan}.npz'], printed=True))
    runs.append(Run('forward of a result', ['forward {in}/plain32.npz --from {in}/result.npz'], printed=True))
    runs.append(Run('forward dump', ['forward {in}/plain32.npz --dump {out}/dump'], ['dump']))
    runs.append(Run('reconstruct dump', ['reconstruct {in}/plain32.npz --iterations 2 --dump {out}/dump_run '
                                         '--out {out}/dumped.npz'], ['dump_run']))
    for name, options in (('plain', '--scan {in}/plain32.npz'), ('patches', '--region patches --margin 2'),
                          ('all', '--region all --coverage 0 --keep-scale'), ('box', '--box 18,18,20,20 --keep-ramp')):
        runs.append(Run('compare ' + name, [f'compare {{in}}/result.npz {{in}}/plain32.npz --json {options}'],
                        printed=True))
    return runs


# ---- doing and comparing ----------------------------------------------------------------------------------------


# Options that later builds than OLD choose from the data, at their former values.
FIXED = [('--subpixel', 'bilinear'), ('--pad-detector', '1')]


@functools.lru_cache
def fixed_options(command, subcommand):
    """Those of FIXED that a build's reconstruct has."""
    if subcommand != 'reconstruct':
        return []
    text = subprocess.run([command, 'help', subcommand], capture_output=True, text=True).stdout
    return [word for option in FIXED if option[0] in text for word in option]


def execute(command, device, run, out, common):
    """Runs one build; returns standard output and, for a failure, a text."""
    os.makedirs(out, exist_ok=True)
    text = ''
    for line in run.commands:
        arguments = [a.replace('{out}', out).replace('{in}', common) for a in line.split()]
        arguments += fixed_options(command, arguments[0]) + ['--device', device]
        done = subprocess.run([command] + arguments, capture_output=True, text=True)
        text += done.stdout
        if done.returncode:
            return text, f'exit status {done.returncode}: ' + done.stderr.strip()[-400:]
    return text, None


def members(path):
    """The parts of a result by name: arrays of an NPZ, files of a folder, the file itself."""
    if os.path.isdir(path):
        return {name: open(os.path.join(path, name), 'rb').read() for name in sorted(os.listdir(path))}
    if not os.path.exists(path):
        return None
    if path.endswith('.npz'):
        with zipfile.ZipFile(path) as file:
            return {name: file.read(name) for name in file.namelist()}
    return {os.path.basename(path): open(path, 'rb').read()}


def is_text(name, data):
    """JSON, manifests and arrays of bytes that hold a text: settings and records, whose wording may change."""
    return name.endswith(('.json', '.txt')) or (data.startswith(b'\x93NUMPY') and re.search(rb"'[|<]?([SU]\d*|u1)'", data[:128]))


def compare_results(run, old, new):
    differences, notes = [], []
    for result in run.results:
        a, b = members(os.path.join(old, result)), members(os.path.join(new, result))
        if a is None or b is None:
            differences.append(f'{result}: not written by {"either" if a is b else "OLD" if a is None else "NEW"}')
            continue
        for name in sorted(a.keys() | b.keys()):
            if name not in a or name not in b:
                notes.append(f'{name}: only in {"OLD" if name in a else "NEW"}')
            elif a[name] != b[name]:
                loose = name.endswith('.png') or is_text(name, a[name])
                (notes if loose else differences).append(f'{result}: {name} {difference(a[name], b[name])}')
    return differences, notes


def difference(a, b):
    if len(a) != len(b) or a[:128] != b[:128]:
        return f'differs in type or shape ({len(a)} and {len(b)} bytes)'
    count = sum(x != y for x, y in zip(a, b))
    return f'differs in {count} of {len(a)} bytes'


def compare_printed(a, b):
    number = re.compile(r'(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.]*[a-zA-Z])')
    if a == b:
        return [], []
    if number.findall(a) == number.findall(b):
        return [], ['wording of standard output differs']
    return ['numbers on standard output differ'], []


def check(run, builds, device, folder, common):
    """Does one run with both builds; returns differences and notes."""
    if run.inputs:
        write_npz(os.path.join(common, run.inputs[0]), run.inputs[1])
    outs = [os.path.join(folder, side) for side in ('old', 'new')]
    texts, failures = zip(*(execute(c, device, run, out, common) for c, out in zip(builds, outs)))
    if any(failures):
        return [f'{side}: {f}' for side, f in zip(('OLD', 'NEW'), failures) if f], []
    differences, notes = compare_results(run, *outs)
    if run.printed:
        more = compare_printed(*texts)
        differences, notes = differences + more[0], notes + more[1]
    return differences, notes


def compare_on(device, builds, work, runs, only):
    folder, common = os.path.join(work, device.replace(':', '_')), os.path.join(work, 'inputs')
    bad, done, notes = 0, 0, {}
    with ThreadPoolExecutor(2) as pool:
        chosen = [r for r in runs if re.search(only, r.name)]
        for run, (differences, more) in zip(chosen, pool.map(lambda r: check(r, builds, device, folder, common), chosen)):
            done += 1
            bad += bool(differences)
            for text in differences:
                print(f'{device}: {run.name}: {text}', flush=True)
            for text in more:
                notes.setdefault(text, []).append(run.name)
    for text, names in notes.items():
        print(f'note: {device}: {text} ({names[0]}{f" and {len(names) - 1} more" if len(names) > 1 else ""})')
    print(f'{device}: {done} runs, {bad} with differences', flush=True)
    return bad


def make_inputs(old, work):
    """Scans and a result by the old build, in double precision, for both builds to read."""
    common = os.path.join(work, 'inputs')
    for run in simulations() + [Run('result', ['reconstruct {out}/plain32.npz --iterations 8 --out {out}/result.npz'])]:
        failure = execute(old, 'reference', run, common, common)[1]
        if failure:
            sys.exit(f'{run.name}: {failure}')


def take(arguments, option):
    """The value of an option, which is taken out of the list."""
    if option not in arguments:
        return None
    k = arguments.index(option)
    value = arguments[k + 1]
    del arguments[k:k + 2]
    return value


def main(arguments):
    keep, only = take(arguments, '--keep'), take(arguments, '--only') or ''
    runs = simulations() + op_runs() + file_runs() + engine_runs()
    if '--list' in arguments:
        print('\n'.join(r.name for r in runs))
        return 0
    if len(arguments) < 2 or '--help' in arguments:
        print(__doc__.strip())
        return 0 if '--help' in arguments else 2
    builds, devices = [os.path.abspath(a) for a in arguments[:2]], arguments[2:] or ['reference', 'pocl']
    with tempfile.TemporaryDirectory() as temporary:
        work = os.path.abspath(keep or temporary)
        make_inputs(builds[0], work)
        bad = sum(compare_on(device, builds, work, runs, only) for device in devices)
    print('identical' if not bad else f'{bad} runs differ')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))

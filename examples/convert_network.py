#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Weights of a network between `clptycho train`, PtychoPINN's Keras models and PyTorch.

  convert_network.py model.keras net.npz --template net0.npz      Keras to clptycho: net0.npz is any network of `train`
  convert_network.py net.npz model.keras --template model0.keras  clptycho to Keras: model0.keras is any saved model
  convert_network.py net.npz net.pt                               clptycho to a state_dict, NAME.weight and NAME.bias
  convert_network.py net.pt net.npz --template net0.npz           and back

The template has the same side, gridsize and filters; all but its weights is kept (of a network: options, probe, and the
state of training, which belongs to other weights: train again without --resume). A .keras file, or model.weights.h5 from
inside it, needs h5py; .pt needs torch. PtychoPINN keeps its .keras files inside wts.h5.zip, in autoencoder/."""
import argparse
import io
import zipfile

import numpy as np


def layers(names):
    """Names of convolutions in the order of a network file."""
    return [name[:-2] for name in names if name.endswith('.w')]


def keras_order(names):
    """The same names in the order in which Keras numbers its convolutions: the decoders alternate, inner comes last."""
    encoder = [name for name in names if name.startswith('enc')]
    parts = [name[4:] for name in names if name.startswith('amp_')]
    parts = [p for p in parts if p != 'inner'] + ['inner']
    return encoder + [head + '_' + part for part in parts for head in ('amp', 'phase')]


def keras_file(path, mode, change):
    """Calls change(h5py.File) on model.weights.h5 of a .keras archive, or on the file itself."""
    import h5py
    if not zipfile.is_zipfile(path):
        with h5py.File(path, mode) as file:
            return change(file)
    with zipfile.ZipFile(path) as archive:
        members = {info: archive.read(info) for info in archive.infolist()}
    info = next(i for i in members if i.filename.endswith('model.weights.h5'))
    weights = io.BytesIO(members[info])
    with h5py.File(weights, mode) as file:
        result = change(file)
    if mode != 'r':
        members[info] = weights.getvalue()
        with zipfile.ZipFile(path, 'w') as archive:
            for i, data in members.items():
                archive.writestr(i, data)
    return result


def keras_name(index):
    return 'layers/conv2d%s/vars/' % ('_%d' % index if index else '')


def read_keras(path, names):
    def read(file):
        found = sum(name.startswith('conv2d') for name in file['layers'])
        if found != len(names):
            raise SystemExit('%s has %d convolutions, the template %d: other side or options' % (path, found, len(names)))
        return {name + end: file[keras_name(k) + var][()] for k, name in enumerate(keras_order(names))
                for end, var in (('.w', '0'), ('.b', '1'))}
    return keras_file(path, 'r', read)


def write_keras(path, template, weights):
    with open(template, 'rb') as source, open(path, 'wb') as target:
        target.write(source.read())

    def write(file):
        for k, name in enumerate(keras_order(layers(weights))):
            for end, var in (('.w', '0'), ('.b', '1')):
                file[keras_name(k) + var][...] = weights[name + end]
    keras_file(path, 'r+', write)


def read_torch(path):
    import torch
    state = torch.load(path, map_location='cpu', weights_only=True)
    return {name.replace('.weight', '.w').replace('.bias', '.b'):
            value.numpy().transpose(2, 3, 1, 0) if value.ndim == 4 else value.numpy() for name, value in state.items()}


def write_torch(path, weights):
    import torch
    torch.save({name[:-2] + ('.weight' if name.endswith('.w') else '.bias'): torch.tensor(
        np.ascontiguousarray(value.transpose(3, 2, 0, 1)) if value.ndim == 4 else value)
        for name, value in weights.items()}, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source')
    parser.add_argument('target')
    parser.add_argument('--template')
    args = parser.parse_args()
    network = args.source if args.source.endswith('.npz') else args.template
    if not network or not network.endswith('.npz') or (not args.target.endswith('.pt') and not args.template):
        parser.error('--template is required')
    with np.load(network) as file:
        arrays = dict(file)
    names = [name for name in arrays if name.endswith(('.w', '.b'))]
    if args.target.endswith('.npz'):
        weights = read_torch(args.source) if args.source.endswith('.pt') else read_keras(args.source, layers(names))
        for name in names:
            if weights[name].shape != arrays[name].shape:
                raise SystemExit('%s is %s, in the template %s' % (name, weights[name].shape, arrays[name].shape))
            arrays[name] = weights[name].astype(arrays[name].dtype)
        np.savez(args.target, **arrays)
    elif args.target.endswith('.pt'):
        write_torch(args.target, {name: arrays[name] for name in names})
    else:
        write_keras(args.target, args.template, {name: arrays[name] for name in names})


if __name__ == '__main__':
    main()

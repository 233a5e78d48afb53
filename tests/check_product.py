# SPDX-License-Identifier: Apache-2.0
"""check_product.py RESULT.h5 RESULT.npz: h5py reads what clptycho wrote, the arrays of both agree, and the file has what
Ptychodus 1.7.0 asks of a product file."""
import sys

import h5py
import numpy as np

number = float  # as Ptychodus converts
with h5py.File(sys.argv[1]) as h5, np.load(sys.argv[2]) as npz:
    record = dict(line.split(' = ', 1) for line in bytes(npz['options']).decode().splitlines())
    options = {name for name in h5.attrs if name.startswith(('option_', 'used_', 'clptycho_'))}
    assert options == set(record), options ^ set(record)
    for name in ('clptycho_command', 'clptycho_date'):
        assert record[name] and h5.attrs[name], name
    assert h5.attrs['clptycho_command'].startswith('clptycho reconstruct scan.npz --iterations 8 ')
    assert len(record['clptycho_digest_amplitudes']) == 32 and record['clptycho_digest_mask'] == 'none'
    assert 'object_pixel' not in npz and h5['object_pixel'].shape == (2,)
    assert abs(h5.attrs['beam_wavelength_m'] * 8000 / 1.23984198433e-6 - 1) < 1e-9
    for name in options - {'option_out', 'option_energy', 'option_distance', 'option_detector-pixel', 'clptycho_command',
                           'clptycho_date'}:
        assert str(h5.attrs[name]) == record[name] or float(h5.attrs[name]) == float(record[name]), name
    for name in set(npz.files) - {'options'}:
        assert h5[name].dtype == npz[name].dtype, (name, h5[name].dtype)
        assert np.array_equal(h5[name][()], npz[name]), name
    for name in ('detector_object_distance_m', 'photon_energy_eV', 'probe_energy_eV', 'probe_photon_count', 'exposure_time_s',
                 'mass_attenuation_m2_per_kg', 'tomography_angle_deg', 'focus_object_distance_m', 'tilt_angle_deg'):
        assert np.isfinite(number(h5.attrs[name])), name
    assert isinstance(h5.attrs['name'], str) and 'clptycho' in h5.attrs['comments']
    assert bool(h5.attrs['far_field']) is True
    assert abs(h5.attrs['photon_energy_eV'] - 8000) < 1e-9
    side = h5['probe'].shape[-1]
    pixel = 1.23984198433e-6 / 8000 * 2 / (side * 50e-6)
    for array in ('object', 'probe'):
        for size in ('pixel_width_m', 'pixel_height_m'):
            assert abs(h5[array].attrs[size] / pixel - 1) < 1e-9, (array, size)
    assert h5['object_layer_spacing_m'].shape == (0,)
    assert np.array_equal(h5['probe_position_indexes'], np.arange(len(npz['positions'])))
    assert np.array_equal(h5['loss_values'], npz['errors']) and len(h5['loss_epochs']) == len(npz['errors'])
    # The middle of a patch in Ptychodus: pixel (N - 1) / 2, with the object's (W - 1) / 2 at its centre.
    height, width = h5['object'].shape
    for name, axis, length in (('probe_position_x_m', 0, width), ('probe_position_y_m', 1, height)):
        corner = h5[name][()] / pixel + (length - 1) / 2 - (side - 1) / 2
        assert np.allclose(corner, npz['positions'][:, axis] - side // 2, atol=1e-9), name
    # Viewers of NeXus files follow `default` to a plot: https://manual.nexusformat.org/datarules.html.
    entry = h5[h5.attrs['default']]
    assert h5.attrs['NX_class'] == 'NXroot' and entry.attrs['NX_class'] == 'NXentry'
    assert entry.attrs['default'] == 'object_phase' and set(entry) == {'object_phase', 'object', 'probe', 'errors'}
    for plot in entry.values():
        signal = plot[plot.attrs['signal']]
        axes = list(plot.attrs['axes'])
        assert plot.attrs['NX_class'] == 'NXdata' and len(axes) == signal.ndim, plot
        for axis, length in zip(axes, signal.shape):
            assert axis == '.' or plot[axis].shape == (length,), (plot, axis)
    assert np.allclose(entry['object_phase/phase'], np.angle(h5['object']), atol=1e-6)
    assert np.array_equal(entry['probe/probe'], h5['probe']) and np.array_equal(entry['errors/errors'], h5['errors'])
    x = entry['object/x']
    assert x.attrs['units'] == 'um' and np.allclose(np.diff(x), 1e6 * pixel, rtol=1e-9) and abs(np.mean(x)) < 1e-9
    options = [name for name in h5.attrs if name.startswith('option_')]
    assert len(options) > 15 and h5.attrs['option_iterations'] == '8', options
    assert h5.attrs['option_detector-pixel'] == '5e-05' and h5.attrs['option_step'] == 'default'
    used = {name[5:]: h5.attrs[name] for name in h5.attrs if name.startswith('used_')}
    assert used == {'object-alpha': 0.2, 'probe-alpha': 0.2, 'batch': 16, 'modes': 1, 'momentum': 0, 'step': 1}, used
    assert 'option_device' in h5.attrs and 'option_without' in h5.attrs
    for name in ('clptycho_version', 'clptycho_device', 'clptycho_driver'):
        assert h5.attrs[name], name

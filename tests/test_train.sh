#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_train.sh COMMAND FILES_HELPER DEVICE: `train` and `infer`: files, equal bits after --resume and after an interrupt, a
# start of `reconstruct`, errors. A device that is not there skips (77).
clptycho=$1
files=$2
device=$3
. "$(dirname "$0")/command_support.sh"

find_device
run simulate --object cells --probe disc --positions random --step 6 --count 40 --photons 1e6 --out scan.npz
few="--groups 10 --filters 0.25 --batch 4 --rate 1e-3 --validation 0.2"

run train scan.npz $few --epochs 3 --out whole.npz
[ "$(wc -l <whole.csv)" = 4 ] || fail 'whole.csv has not one line per epoch'
[ -s whole_loss.png ] || fail 'no picture of the losses'
first=$(sed -n 2p whole.csv | cut -d, -f2)
last=$(sed -n 4p whole.csv | cut -d, -f2)
below "$last" "$first" 'loss of the last epoch'

# A run in two parts has the same losses to the last digit, and predicts the same.
run train scan.npz $few --epochs 2 --out parts.npz
run train scan.npz $few --epochs 3 --out parts.npz --resume
[ "$(cut -d, -f1-6 whole.csv)" = "$(cut -d, -f1-6 parts.csv)" ] || fail '--resume changes the losses'

run infer scan.npz --network whole.npz --out object.npz --patches --batch 7
"$files" types object.npz >types.txt
for array in 'object <c8' 'probe <c8' 'positions <f8' 'patches <c8'; do
    grep -q "^$array" types.txt || fail "no $array in the prediction"
done
[ -s object_object_phase.png ] || fail 'no picture of the object'
run infer scan.npz --network parts.npz --out other.npz --patches
"$files" compare object.npz other.npz 0 || fail 'the prediction of the run in two parts differs'
run reconstruct scan.npz --object object.npz --iterations 2 --out result.npz
run forward scan.npz --from object.npz --worst 0

# gridsize 1, a second scan, a scan that judges.
run train scan.npz --scan scan.npz --validate scan.npz --groups 4 --gridsize 1 --merge centre-masked --filters 0.25 --batch 8 \
    --epochs 1 --no-border --out one.npz
run infer scan.npz --network one.npz --groups 5 --out object.npz

one_line=yes
refuse() { expect "$1" "$2" "$clptycho" $3 --device "$device"; }
refuse 1 'requires the same scans and options' "train scan.npz $few --epochs 3 --seed 2 --out whole.npz --resume"
refuse 1 'not a network' 'infer scan.npz --network scan.npz'
refuse 2 'network is required' 'infer scan.npz'
refuse 1 'multiple of 1/4' 'train scan.npz --filters 0.3 --out x.npz'
refuse 1 'side is 32' 'train scan.npz --crop 32 --out x.npz'
refuse 1 'see --crop and --bin' 'infer scan.npz --crop 32 --network whole.npz'
finish

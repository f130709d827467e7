# shellcheck shell=sh disable=SC2034,SC2154
# The studies of docs/studies.md: for each the commands that make its figures and tables. `./dev figures` runs them, with
# lowprec on the PATH, in a directory that receives the results, and these three functions are all it adds:

simulate() { lowprec train "$experiments/$1.toml" -o "$1.csv" >/dev/null; }
compute() { lowprec theory "$experiments/$1.toml" -o "$1-exact.csv" >/dev/null; }
# figure NAME FILE… OPTION…: NAME.svg and its numbers, NAME.table.csv.
figure() {
  name=$1
  shift
  lowprec plot "$@" -o "$name.svg" --table "$name.table.csv"
}

studies='levels dimension matched_bits batch spectra biased stored_weights swamping rotation helps sites feedback'
studies="$studies momentum epochs allocate scaling exponents dichotomy sketched_sgd sketched_formats effective_sizes"
studies="$studies sketched_batch sketched_epochs allocation"
# Of data that examples/fetch_NAME.py fetches, to build/NAME.npy.
fetched_studies='mnist'

levels() {
  simulate levels
  compute levels
  figure levels levels.csv levels-exact.csv --title 'Noise at all five sites: d = 200, spectrum i^-2'
  figure levels-bound levels.csv levels-exact.csv --metric quantized --bound --config none --config 'multiplicative 0.01' \
    --config 'additive 0.01' --title 'The exact risk and the bound: noise 0.01 at all five sites'
}

dimension() {
  simulate dimension
  compute dimension
  figure dimension dimension.csv dimension-exact.csv --bound --title 'The dimension: noise 0.01 at all five sites' \
    --metric quantized
  figure dimension-clean dimension.csv dimension-exact.csv --title 'The dimension, tested on clean data'
}

matched_bits() {
  simulate matched-bits
  compute matched-bits
  figure matched-bits matched-bits.csv matched-bits-exact.csv --x config --title 'INT and FP of equal width at all five sites'
}

batch() {
  simulate batch
  compute batch
  figure batch batch.csv batch-exact.csv --iterate last --title 'Which noise a batch averages out: 0.5 on activations'
}

spectra() {
  simulate spectra
  compute spectra
  figure spectra spectra.csv spectra-exact.csv --x problem.spectrum --title 'Spectra: noise 0.01 at all five sites, d = 200'
}

biased() {
  simulate biased
  figure biased biased.csv --title 'Rounding INT6 (step 1/4) at all five sites'
}

stored_weights() {
  simulate stored-weights
  compute stored-weights
  figure stored-weights stored-weights.csv stored-weights-exact.csv --iterate last \
    --title 'Stored weights in INT8 (step 1/32): d = 100'
}

swamping() {
  simulate swamping
  figure swamping swamping.csv --iterate last --title 'Every operation with 4 significant bits: how <z, w> is summed'
}

rotation() {
  simulate rotation
  compute rotation
  figure rotation rotation.csv rotation-exact.csv --config 'fp(5,1)' --config 'additive 0.00222' \
    --title 'Rounding data along the axes of H, and rotated: d = 16'
}

helps() {
  simulate helps
  compute helps
  figure helps helps.csv helps-exact.csv --title 'Where quantization helps: label noise 100, d = 100'
}

sites() {
  simulate sites
  compute sites
  figure sites sites.csv sites-exact.csv --x config --title 'INT6 (step 1/4, stochastic), one site at a time'
}

feedback() {
  simulate feedback
  figure feedback feedback.csv --iterate last --config nearest --config stochastic --title 'Error feedback for stored weights in INT8 (step 1/32)'
}

momentum() {
  simulate momentum
  figure momentum momentum.csv --iterate last --title 'Momentum: noise 0.01 at all five sites; d = 100'
}

epochs() {
  simulate epochs
  figure epochs epochs.csv --x sgd.epochs --iterate last --title 'Epochs over 500 samples: noise on the data'
}

# The cheapest formats of five sites for a risk on clean data and on quantized data: the risk for a number of bits in all,
# and the bits that each site has of them.
allocate() {
  columns='config,allocation.bits,updates,iterate,metric,excess_risk,stderr,seeds,bits,method'
  for metric in clean quantized; do
    lowprec allocate "$experiments/int-vs-fp.toml" --metric $metric --no-simulation -o allocation-of-sites.csv >/dev/null
    # Of a format's text its name.
    sed 's/"\([^",]*\),[^"]*"/\1/g; s/:[^,@]*//g; s/@[a-z]*//g' allocation-of-sites.csv >alternatives.csv
    { echo "$columns"
      awk -F, -v metric=$metric 'NR > 1 { printf "%s data,%s,10000,average,clean or quantized,%s,0,0,%s,approximate\n", metric, $2, $3, $2 }' \
        alternatives.csv; } >front-$metric.csv
    { echo "$columns"
      awk -F, '
        function bits(name) {
          if (name ~ /^int/) return substr(name, 4)
          if (name ~ /^e/) return 1 + substr(name, 2, 1) + substr(name, 4, 1)
          return 16
        }
        NR == 1 { for (s = 6; s <= 10; ++s) site[s] = $s; next }
        { for (s = 6; s <= 10; ++s)
            printf "%s,%s,10000,average,clean,%s,0,0,%s,approximate\n", site[s], $2, $3, bits($s) }
      ' alternatives.csv; } >sites-$metric.csv
  done
  figure allocate front-clean.csv front-quantized.csv --x allocation.bits \
    --title 'The least risk for a number of bits at five sites: d = 200'
  figure allocate-sites sites-clean.csv --x allocation.bits --y bits --title 'The bits of each site along that line, clean data'
}

dichotomy() {
  compute dichotomy
  figure dichotomy dichotomy-exact.csv --metric quantized --title 'Risk against model size at N = inf: a = 2'
  lowprec fit dichotomy-exact.csv --separate --floor none --metric quantized --weights relative --range-m 16,512 --draws 200 \
    --csv -o dichotomy-fit.table.csv
}

sketched_sgd() {
  simulate sketched-sgd
  compute sketched-sgd
  figure sketched-sgd sketched-sgd.csv sketched-sgd-exact.csv --iterate last --title 'SGD on M sketched features: a = 2, N = 65,536'
  lowprec plot sketched-sgd-exact.csv --y n_eff --iterate last --table effective-updates.table.csv
}

effective_sizes() {
  compute effective-sizes
  figure effective-sizes effective-sizes-exact.csv --y m_eff --metric quantized --title 'Effective model size of formats: a = 2'
}

scaling() {
  compute scaling
  figure scaling scaling-exact.csv --iterate last --title 'Risk against updates for M sketched features: a = 2, full precision'
  # The law in M and N, and the exponent of N alone at the largest M above its limit, the column approximation.
  lowprec fit scaling-exact.csv --iterate last --metric clean --weights relative --floor none --draws 200 --csv \
    -o scaling-fit.table.csv
  lowprec fit scaling-exact.csv --iterate last --metric clean --weights relative --draws 200 --csv --where problem.sketch.size=256 \
    --range-n 1024,65536 --fix none.E=0.009644 -o scaling-n-fit.table.csv
}

# The exponents of risk in M at N = inf, and in N and in N / log2 N, which geometric steps spend at one size, without a sketch.
# What the spectra hold beyond the dimension, the integral of i^-a from d + 1/2 on, is taken off the law as a floor.
exponents() {
  compute exponents-size
  compute exponents-updates
  figure exponents-size exponents-size-exact.csv --x problem.sketch.size --metric quantized --title 'Population risk against M: full precision'
  figure exponents-updates exponents-updates-exact.csv --iterate last --title 'Risk against updates: full precision, d = 8192'
  awk -F, -v OFS=, '/^#/ || /^config/ { print; next } { $3 = $3 * log(2) / log($3); print }' exponents-updates-exact.csv >halvings.csv
  echo 'a,exponent of,value,low,high,law' >exponents.table.csv
  exponent 2 M exponents-size-exact.csv -1 alpha --metric quantized --floor none
  exponent 1.5 M exponents-size-exact.csv -0.5 alpha --metric quantized --floor none
  for n in 'N exponents-updates-exact.csv' 'N/log2N halvings.csv'; do
    for a in 2 1.5; do
      beyond=$(awk -v a=$a 'BEGIN { printf "%.6g", 8192.5^(1 - a) / (a - 1) }')
      # shellcheck disable=SC2086
      exponent $a $n "$(awk -v a=$a 'BEGIN { printf "%.4g", (1 - a) / a }')" beta --metric clean --iterate last --fix "none.E=-$beyond"
    done
  done
}
# exponent A OF FILE LAW PARAMETER OPTION...: a row of its table.
exponent() {
  a=$1 of=$2 file=$3 law=$4 parameter=$5
  shift 5
  lowprec fit "$file" --where "problem.spectrum=power($a)" --weights relative --draws 200 --csv "$@" |
    awk -F, -v row="$a,$of" -v law="$law" -v p="$parameter" \
      '$2 == p { printf "%s,%.4g,%.4g,%.4g,%s\n", row, -$5, -$7, -$6, law }' >>exponents.table.csv
}

# Formats at the features of a sketch, at all five sites, and with a scale for each sample.
sketched_formats() {
  for part in sketched-formats sketched-formats-sites; do
    simulate $part
    compute $part
  done
  simulate sketched-formats-scaled
  figure sketched-formats sketched-formats.csv sketched-formats-exact.csv --iterate last --metric quantized \
    --title 'Formats on M sketched features: a = 2, N = 16,384'
  figure sketched-formats-sites sketched-formats-sites.csv sketched-formats-sites-exact.csv --iterate last --metric quantized \
    --title 'Formats at all five sites, M sketched features: a = 2, N = 16,384'
  figure sketched-formats-scaled sketched-formats-scaled.csv --x config --iterate last \
    --title 'Formats on 64 sketched features, with a scale for each sample and without'
  lowprec plot sketched-formats-exact.csv --y n_eff --iterate last --metric quantized --table sketched-formats-updates.table.csv
}

sketched_batch() {
  simulate sketched-batch
  compute sketched-batch
  figure sketched-batch sketched-batch.csv sketched-batch-exact.csv --iterate last \
    --title 'Batches on 64 sketched features: a = 2, noise on the features'
}

sketched_epochs() {
  simulate sketched-epochs
  figure sketched-epochs sketched-epochs.csv --iterate last \
    --title 'Epochs over N samples of 64 sketched features: a = 2, noise on the features'
}

# Formats on handwritten digits.
mnist() {
  (cd "$experiments/.." && lowprec train experiments/mnist.toml -o build/figures/mnist.csv >/dev/null)
  figure mnist mnist.csv --x config --where updates=1000 --title 'Formats on 10,000 handwritten digits'
  lowprec plot mnist.csv --x config --where updates=1000 --metric quantized --table mnist-quantized.table.csv
}

# The least risk on quantized data that each budget of bits x M x N buys, and where.
allocation() {
  compute allocation
  awk -F, '
    BEGIN { print "bits x M x N,config,M,N,excess risk" }
    /^#/ || /^config/ { next }
    $4 == "last" && $5 == "quantized" {
      cost = ($1 + 0) * $2 * $3
      for (k = 0; k < 6; ++k) {
        budget = 2^(15 + 2 * k)
        if (cost <= budget && (!(k in best) || $6 < best[k])) { best[k] = $6 + 0; where[k] = $1 "," $2 "," $3 }
      }
    }
    END { for (k = 0; k < 6; ++k) if (k in best) printf "2^%d,%s,%.4g\n", 15 + 2 * k, where[k], best[k] }
  ' allocation-exact.csv >allocation.table.csv
}

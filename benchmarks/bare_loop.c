/* The matched workload as a bare event loop: the floor against which the product's engine is measured.
 *
 * Reps find deals at a rate that follows their spare hours; every deal passes four stages; all deals of a rep share
 * the rep's hours on a work clock (processor sharing): the clock runs at min(1, hours/demand) and a stage ends when
 * it has run for the stage's days. Each rep keeps a binary heap of deals by clock; one indexed binary heap of reps
 * by next event drives the loop. Hours and rates hold for a week; a unit-exponential budget is spent at the rate, so
 * that a changed rate never redraws. A rep who leaves is replaced at once by a new one who starts the ramp anew and
 * takes over the deals. Luck is keyed: Philox4x64-10 (Salmon, Moraes, Dror, Shaw, SC11), one block a deal found and
 * one a stage passed.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { STAGES = 4 };
enum purpose { FOUND = 1, PASSED = 2, CAREER = 3 };

struct workload {
    int32_t reps;
    double days, week_days;
    double hours_a_week, hours_a_deal;
    double deals_a_day;                     /* of a ramped rep with every hour spare */
    double career_days;                     /* mean time in the job */
    double mu_amount, sigma_amount, mu_days, sigma_days;
    double odds[STAGES];
};

struct outcome {
    double bookings;
    int64_t events, found, won, left;
};

struct deal { double clock_end, amount; uint32_t number; int32_t stage; };

struct rep {
    double day, clock, speed, hours, demand, budget, rate;
    double hired_day, ramp_days, exit_day;
    uint64_t found, holders;
    struct deal *deals;                     /* binary heap by clock_end */
    int32_t open, room;
};

struct world {
    const struct workload *load;
    struct outcome *out;
    struct rep *reps;
    double *next_day;                       /* of each rep */
    int32_t *heap, *place;
    uint64_t seed, replication;
};

struct words { uint64_t a, b, c, d; };

static struct words philox(uint64_t c0, uint64_t c1, uint64_t c2, uint64_t k0, uint64_t k1) {
    uint64_t c3 = 0;
    for (int turn = 0; turn < 10; turn++) {
        unsigned __int128 p0 = (unsigned __int128)0xD2E7470EE14C6C93u * c0;
        unsigned __int128 p1 = (unsigned __int128)0xCA5A826395121157u * c2;
        c0 = (uint64_t)(p1 >> 64) ^ c1 ^ k0;
        c1 = (uint64_t)p1;
        c2 = (uint64_t)(p0 >> 64) ^ c3 ^ k1;
        c3 = (uint64_t)p0;
        k0 += 0x9E3779B97F4A7C15u;
        k1 += 0xBB67AE8584CAA73Bu;
    }
    return (struct words){c0, c1, c2, c3};
}

static double uniform(uint64_t word) { return ((double)(word >> 11) + 0.5) * 0x1p-53; }

static struct words draw(const struct world *w, enum purpose purpose, uint64_t who, uint64_t index) {
    return philox(index, who, (uint64_t)purpose, w->seed, w->replication);
}

static int sooner(const struct world *w, int32_t a, int32_t b) {
    return w->next_day[a] < w->next_day[b] || (w->next_day[a] == w->next_day[b] && a < b);
}

/* Restore the heap of reps after the next day of rep i changed. */
static void settle(struct world *w, int32_t i) {
    int32_t j = w->place[i], count = w->load->reps;
    while (j > 0) {
        int32_t up = (j - 1) >> 1;
        if (!sooner(w, i, w->heap[up])) break;
        w->heap[j] = w->heap[up];
        w->place[w->heap[j]] = j;
        j = up;
    }
    for (;;) {
        int32_t down = 2 * j + 1;
        if (down >= count) break;
        if (down + 1 < count && sooner(w, w->heap[down + 1], w->heap[down])) down++;
        if (!sooner(w, w->heap[down], i)) break;
        w->heap[j] = w->heap[down];
        w->place[w->heap[j]] = j;
        j = down;
    }
    w->heap[j] = i;
    w->place[i] = j;
}

static void sink(struct rep *rep, struct deal deal) {
    int32_t j = 0;
    for (;;) {
        int32_t down = 2 * j + 1;
        if (down >= rep->open) break;
        if (down + 1 < rep->open && rep->deals[down + 1].clock_end < rep->deals[down].clock_end) down++;
        if (rep->deals[down].clock_end >= deal.clock_end) break;
        rep->deals[j] = rep->deals[down];
        j = down;
    }
    rep->deals[j] = deal;
}

static void push(struct rep *rep, struct deal deal) {
    if (rep->open == rep->room) {
        rep->room *= 2;
        rep->deals = realloc(rep->deals, (size_t)rep->room * sizeof *rep->deals);
        if (!rep->deals) abort();
    }
    int32_t j = rep->open++;
    while (j > 0) {
        int32_t up = (j - 1) >> 1;
        if (rep->deals[up].clock_end <= deal.clock_end) break;
        rep->deals[j] = rep->deals[up];
        j = up;
    }
    rep->deals[j] = deal;
}

static void run_on(struct rep *rep, double day) {
    double days = day - rep->day;
    rep->clock += days * rep->speed;
    rep->budget -= days * rep->rate;
    rep->day = day;
}

/* The rep's next event: the end of a stage, a deal found, or the day of leaving. */
static void retime(struct world *w, int32_t i) {
    struct rep *rep = &w->reps[i];
    rep->speed = rep->demand > rep->hours ? rep->hours / rep->demand : 1.0;
    double next = rep->exit_day;
    if (rep->rate > 0.0) {
        double found = rep->day + fmax(rep->budget, 0.0) / rep->rate;
        if (found < next) next = found;
    }
    if (rep->open > 0 && rep->speed > 0.0) {
        double ends = rep->day + fmax(rep->deals[0].clock_end - rep->clock, 0.0) / rep->speed;
        if (ends < next) next = ends;
    }
    w->next_day[i] = next;
    settle(w, i);
}

/* One block gives the gap to the next deal, and this deal's amount and first stage. */
static void find_deal(struct world *w, int32_t i) {
    const struct workload *load = w->load;
    struct rep *rep = &w->reps[i];
    struct words x = draw(w, FOUND, (uint64_t)i, ++rep->found);
    double radius = sqrt(-2.0 * log(uniform(x.b))), angle = 2.0 * M_PI * uniform(x.c);
    struct deal deal = {
        .clock_end = rep->clock + exp(load->mu_days + load->sigma_days * radius * sin(angle)),
        .amount = exp(load->mu_amount + load->sigma_amount * radius * cos(angle)),
        .number = (uint32_t)rep->found,
        .stage = 0,
    };
    rep->budget = -log(uniform(x.a));
    rep->demand += load->hours_a_deal;
    push(rep, deal);
    w->out->found++;
}

/* The stage of the rep's first deal ends: it moves on, is won or is lost. */
static void end_stage(struct world *w, int32_t i) {
    const struct workload *load = w->load;
    struct rep *rep = &w->reps[i];
    struct deal deal = rep->deals[0];
    rep->clock = fmax(rep->clock, deal.clock_end);
    struct words x = draw(w, PASSED, (uint64_t)i << 32 | deal.number, (uint64_t)deal.stage);
    int moves_on = uniform(x.a) < load->odds[deal.stage];
    if (moves_on && deal.stage < STAGES - 1) {
        double z = sqrt(-2.0 * log(uniform(x.b))) * cos(2.0 * M_PI * uniform(x.c));
        deal.stage++;
        deal.clock_end = rep->clock + exp(load->mu_days + load->sigma_days * z);
        sink(rep, deal);
        return;
    }
    if (moves_on) {
        w->out->bookings += deal.amount;
        w->out->won++;
    }
    rep->demand -= load->hours_a_deal;
    struct deal last = rep->deals[--rep->open];
    if (rep->open > 0) sink(rep, last);
}

/* Ramped days up to a tenure: the integral of a ramp that rises in a straight line to 1. */
static double ramped_days(double tenure, double ramp_days) {
    if (tenure <= 0.0) return 0.0;
    return tenure < ramp_days ? 0.5 * tenure * tenure / ramp_days : tenure - 0.5 * ramp_days;
}

/* Hours and the rate of finding deals hold for the days to the next tick. */
static void plan(const struct world *w, struct rep *rep, double days) {
    const struct workload *load = w->load;
    double tenure = rep->day - rep->hired_day;
    double ramp = (ramped_days(tenure + days, rep->ramp_days) - ramped_days(tenure, rep->ramp_days)) / days;
    rep->hours = load->hours_a_week * ramp;
    rep->rate = load->deals_a_day * fmax(rep->hours - rep->demand, 0.0) / load->hours_a_week;
}

static void start_career(struct world *w, int32_t i, double hired_day) {
    struct rep *rep = &w->reps[i];
    struct words x = draw(w, CAREER, (uint64_t)i, ++rep->holders);
    rep->hired_day = hired_day;
    rep->exit_day = rep->day - w->load->career_days * log(uniform(x.a));
    rep->budget = -log(uniform(x.b));
}

static void start_week(struct world *w, double day) {
    for (int32_t i = 0; i < w->load->reps; i++) {
        run_on(&w->reps[i], day);
        plan(w, &w->reps[i], w->load->week_days);
        retime(w, i);
    }
}

/* Every event before an instant; the week's plan holds until the tick. */
static void advance(struct world *w, double until, double tick) {
    for (;;) {
        int32_t i = w->heap[0];
        double day = w->next_day[i];
        if (day >= until) return;
        struct rep *rep = &w->reps[i];
        run_on(rep, day);
        if (day == rep->exit_day) {
            start_career(w, i, day);
            plan(w, rep, tick - day);
            w->out->left++;
        } else if (rep->open > 0 && rep->deals[0].clock_end - rep->clock <= 1e-9) {
            end_stage(w, i);
        } else {
            find_deal(w, i);
        }
        w->out->events++;
        retime(w, i);
    }
}

static void hire_everybody(struct world *w, const double *tenure_days, const double *ramp_days) {
    for (int32_t i = 0; i < w->load->reps; i++) {
        struct rep *rep = &w->reps[i];
        rep->room = 32;
        rep->deals = malloc((size_t)rep->room * sizeof *rep->deals);
        if (!rep->deals) abort();
        rep->speed = 1.0;
        rep->ramp_days = ramp_days[i];
        start_career(w, i, -tenure_days[i]);
        w->heap[i] = w->place[i] = i;
        w->next_day[i] = INFINITY;
    }
}

/* One replication. Tenures on the first day and ramps are given by rep, in days. */
void replicate(const struct workload *load, const double *tenure_days, const double *ramp_days,
               uint64_t seed, uint64_t replication, struct outcome *out) {
    size_t reps = (size_t)load->reps;
    memset(out, 0, sizeof *out);
    struct world w = {
        .load = load, .out = out, .seed = seed, .replication = replication,
        .reps = calloc(reps, sizeof *w.reps),
        .next_day = malloc(reps * sizeof *w.next_day),
        .heap = malloc(reps * sizeof *w.heap),
        .place = malloc(reps * sizeof *w.place),
    };
    if (!w.reps || !w.next_day || !w.heap || !w.place) abort();
    hire_everybody(&w, tenure_days, ramp_days);
    for (double day = 0.0; day < load->days; day += load->week_days) {
        start_week(&w, day);
        double tick = day + load->week_days;
        advance(&w, fmin(tick, load->days), tick);
    }
    for (size_t i = 0; i < reps; i++) free(w.reps[i].deals);
    free(w.reps);
    free(w.next_day);
    free(w.heap);
    free(w.place);
}

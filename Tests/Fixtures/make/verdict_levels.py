"""Prints how often verdicts would be called on simulated studies: the table in docs/verdicts.md.

Run: python Tests/Fixtures/make/verdict_levels.py   (SciPy, NumPy; 2 minutes)
"""

import numpy as np, sys
from scipy import stats
rng=np.random.default_rng(1)
def sim(S=6,G=75,m=7,mu=0.,sa=0.,sb=0.,c=.25,over=1):
    # groups dealt in S folds, each tested `over` times
    fold=rng.permutation(G)%S
    T=np.zeros((S,G)); N=np.zeros((S,G))
    a=rng.normal(0,sa,S); b=rng.normal(0,sb,G)
    for s in range(S):
        for o in range(over):
            gs=np.where(fold==(s+o)%S)[0]
            d=np.clip(mu+a[s]+b[gs],-c,c)
            k=rng.multinomial(m,[1,0,0],size=0)
            pp=np.stack([(c+d)/2,(c-d)/2,np.full(len(gs),1-c)],1)
            x=rng.multinomial(m,pp)
            T[s,gs]=x[:,0]-x[:,1]; N[s,gs]=m
    return T,N
def methods(T,N):
    S,G=T.shape
    th=T.sum()/N.sum(); R=T-th*N; n=N.sum()
    Vs=S/(S-1)*(R.sum(1)**2).sum()/n**2
    Vg=G/(G-1)*(R.sum(0)**2).sum()/n**2
    K=(N>0).sum(); Vc=K/(K-1)*(R**2).sum()/n**2
    out={}
    d=T.sum(1)/N.sum(1)
    out['seed-t']=(d.mean(),d.std(ddof=1)/np.sqrt(S),S-1)
    V=max(Vs+Vg-Vc,Vs,Vg)
    out['max-t5']=(th,np.sqrt(V),S-1)
    # components: Vg base, plus seed excess
    ex=max(0,Vs-Vc); V2=Vg+ex
    df=V2**2/((Vg**2)/(G-1)+ (ex**2)/(S-1)) if V2>0 else 1
    out['comp-satt']=(th,np.sqrt(V2),df)
    out['pigeon-z']=(th,np.sqrt(Vs+Vg+Vc),1e6)
    out['max-satt']=(th,np.sqrt(V),(S-1) if Vs>=Vg else G-1)
    return out
def run(n=4000,**k):
    dec={}
    for _ in range(n):
        for name,(t,se,df) in methods(*sim(**k)).items():
            if se==0: continue
            p2=2*stats.t.sf(abs(t)/se,df)
            pni=stats.t.sf((t+.03)/se,df); pni5=stats.t.sf((t+.05)/se,df)
            dec.setdefault(name,[]).append((p2<.05,p2<.05/13,p2<.05/6,pni<.05,pni5<.05,pni5<.05/6))
    print(k); 
    for nme,v in dec.items(): print('   %-10s'%nme,' '.join('%.3f'%x for x in np.mean(v,0)))
print('cols: 2sided5%, Holm13, Holm6, NI3, NI5, NI5holm6')
for sa in (0,.015,.03):
    for sb in (0,.1):
        run(sa=sa,sb=sb)
run(sa=.015,sb=.1,over=2)
run(mu=-.1,sa=.015,sb=.1); run(mu=-.2,sa=.015,sb=.1,c=.4)

"""The other side of the border: the process that runs what a student wrote, and the judge's end of it.

child      the process: it maps arguments to results and knows nothing else
limits     what it may use
cage       what it may see and reach, as strict as the system allows
seccomp    which system calls it may make in a cage
purity     what a call did to its arguments
frames     how values cross from one process to the other
channel    the pipes that they cross, at the judge's end
replies    what came back, checked
process    the judge's end: deadlines, crashes, memory
start      how the process comes to be, forked or started by itself
nursery    what forks it
survivors  what it leaves behind
syntax     the outline of a student's source
"""

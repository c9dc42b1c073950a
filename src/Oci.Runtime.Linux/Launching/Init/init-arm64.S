// The container's first process on arm64. The layout of program and op is written in init-x64.S.
//
// Build: as init-arm64.S -o init.o && objcopy -O binary -j .text init.o init
        .set    BASE, 0x400000
        .set    PROGRAM, 0x10000000
        .set    PROGRAM_SIZE, 0x800000
        .text
ehdr:   .byte   0x7f, 'E', 'L', 'F', 2, 1, 1, 0
        .quad   0
        .short  2, 183                          // ET_EXEC, EM_AARCH64
        .long   1
        .quad   BASE + (start - ehdr)
        .quad   phdr - ehdr, 0
        .long   0
        .short  64, 56, 2, 0, 0, 0
phdr:   .long   1, 5                            // PT_LOAD, read and execute
        .quad   0, BASE, BASE, end - ehdr, end - ehdr, 0x10000
        .long   0x6474e551, 6                   // PT_GNU_STACK: not executable
        .quad   0, 0, 0, 0, 0, 16

start:  mov     x0, #PROGRAM
        mov     x1, #PROGRAM_SIZE
        mov     x2, #3                          // PROT_READ | PROT_WRITE
        mov     x3, #0x12                       // MAP_PRIVATE | MAP_FIXED
        mov     x4, #3
        mov     x5, #0
        mov     x8, #222                        // mmap
        svc     #0
        cmn     x0, #4095
        b.cs    quit
        mov     x20, x0
        ldr     x19, [x20]

        .macro  argument register, index
        ldr     \register, [x19, #8 + 8 * \index]
        tbz     w9, #\index, 1f
        ldr     \register, [\register]
1:
        .endm

next:   ldrb    w9, [x19, #4]
        argument x0, 0
        argument x1, 1
        argument x2, 2
        argument x3, 3
        argument x4, 4
        argument x5, 5
        ldr     w8, [x19]
        tbnz    w8, #31, compare
        svc     #0

check:  cmn     x0, #4095
        b.cs    failed
        ldrb    w9, [x19, #5]
        tbz     w9, #0, 1f
        cmp     x0, x2
        b.ne    short_write
1:      ldr     x9, [x19, #56]
        cbz     x9, 2f
        str     x0, [x9]
2:      ldr     w19, [x19, #64]
        b       next

compare:
        and     x0, x0, x1
        cmp     x0, x2
        csel    x0, x4, x3, eq
        b       check

short_write:
        mov     x0, #-5                         // EIO
failed: neg     x0, x0
        cmp     x0, #4                          // EINTR: again
        b.eq    next
        mov     x9, #72
1:      ldrb    w10, [x19, x9]
        cmp     w10, w0
        b.eq    tolerated
        add     x9, x9, #1
        cmp     x9, #80
        b.ne    1b

        add     x1, x20, #8                     // not tolerated: report and leave
        stp     x19, x0, [x1]
        ldr     x0, [x1, #16]
        mov     x2, #16
        mov     x8, #64                         // write
        svc     #0
quit:   mov     x0, #255
        mov     x8, #94                         // exit_group
        svc     #0

tolerated:
        ldr     w19, [x19, #68]
        b       next
end:

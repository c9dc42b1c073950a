# The container's first process on x86-64: an interpreter of the program that .NET laid out for it.
#
# It is started with the program's file as descriptor 3, maps it at PROGRAM and runs one op after
# another. It decides nothing: an op is a system call, what it may fail with, and what follows.
#
#   program  0 address of the first op       op  0 u32 syscall; bit 31 set: compare
#            8 report: address of the op         4 u8  bit i: argument i is loaded from the address given
#           16 report: errno                     5 u8  bit 0: result must equal argument 2 (whole writes)
#           24 report: descriptor                8 u64 arguments 0..5
#                                               56 u64 where the result is stored, or 0
#   compare: (a0 & a1) == a2                    64 u32 next op after success
#            ? result a4 : fails with errno -a3 68 u32 next op after a tolerated errno
#                                               72 u8  tolerated errnos, 8 of them, 0 for none
#
# Build: as --64 init-x64.S -o init.o && objcopy -O binary -j .text init.o init
        .intel_syntax noprefix
        .set    BASE, 0x400000
        .set    PROGRAM, 0x10000000
        .set    PROGRAM_SIZE, 0x800000
        .text
ehdr:   .byte   0x7f, 'E', 'L', 'F', 2, 1, 1, 0
        .quad   0
        .short  2, 62                           # ET_EXEC, EM_X86_64
        .long   1
        .quad   BASE + (start - ehdr)
        .quad   phdr - ehdr, 0
        .long   0
        .short  64, 56, 2, 0, 0, 0
phdr:   .long   1, 5                            # PT_LOAD, read and execute
        .quad   0, BASE, BASE, end - ehdr, end - ehdr, 0x1000
        .long   0x6474e551, 6                   # PT_GNU_STACK: not executable
        .quad   0, 0, 0, 0, 0, 16

start:  mov     edi, PROGRAM
        mov     esi, PROGRAM_SIZE
        mov     edx, 3                          # PROT_READ | PROT_WRITE
        mov     r10d, 0x12                      # MAP_PRIVATE | MAP_FIXED
        mov     r8d, 3
        xor     r9d, r9d
        mov     eax, 9                          # mmap
        syscall
        cmp     rax, -4096
        ja      quit
        mov     ebx, [rax]

next:   movzx   ecx, byte ptr [rbx + 4]
        lea     rsi, [rbx + 8]
        mov     edi, 6
load:   lodsq
        shr     ecx, 1
        jnc     1f
        mov     rax, [rax]
1:      push    rax
        dec     edi
        jnz     load
        pop     r9
        pop     r8
        pop     r10
        pop     rdx
        pop     rsi
        pop     rdi
        mov     eax, [rbx]
        test    eax, eax
        js      compare
        syscall

check:  cmp     rax, -4096
        ja      failed
        test    byte ptr [rbx + 5], 1
        jz      1f
        cmp     rax, rdx
        jne     short_write
1:      mov     rcx, [rbx + 56]
        test    rcx, rcx
        jz      2f
        mov     [rcx], rax
2:      mov     ebx, [rbx + 64]
        jmp     next

compare:
        and     rdi, rsi
        mov     rax, r8
        cmp     rdi, rdx
        je      check
        mov     rax, r10
        jmp     check

short_write:
        mov     eax, -5                         # EIO
failed: neg     eax
        cmp     al, 4                           # EINTR: again
        je      next
        lea     rdi, [rbx + 72]
        mov     ecx, 8
        repne scasb
        jne     report
        mov     ebx, [rbx + 68]
        jmp     next

report: mov     esi, PROGRAM + 8
        mov     [rsi], rbx
        mov     [rsi + 8], rax
        mov     rdi, [rsi + 16]
        mov     edx, 16
        mov     eax, 1                          # write
        syscall
quit:   mov     edi, 255
        mov     eax, 231                        # exit_group
        syscall
end:

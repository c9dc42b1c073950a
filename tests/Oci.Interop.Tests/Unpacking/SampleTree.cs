namespace Oci.Interop.Tests.Unpacking;

/// <summary>A tree with all that a root filesystem can have, made by the shell and not by us.</summary>
internal static class SampleTree
{
    private const string Script = """
        set -e
        umask 022
        mkdir -p "$1" && cd "$1"
        mkdir bin dev etc tmp var var/log empty
        cp /usr/bin/busybox bin/busybox
        for applet in sh ls cat mount; do ln bin/busybox "bin/$applet"; done
        cp /usr/bin/busybox bin/su && chmod 4755 bin/su
        cp /usr/bin/busybox bin/ping && setcap cap_net_raw+ep bin/ping
        chmod 1777 tmp; chmod 2775 var/log; chmod 0500 empty
        mknod dev/null c 1 3; chmod 666 dev/null; mknod dev/loop0 b 7 0; mknod dev/large c 4000 500000; mkfifo dev/initctl
        printf 'root:x:0:0::/root:/bin/sh\n' > etc/passwd; chmod 640 etc/passwd; chown 12345:54321 etc/passwd
        : > etc/empty; printf '\000\377\n' > etc/bytes; chmod 000 etc/bytes
        ln -s /etc/passwd etc/absolute; ln -s ../bin/busybox etc/relative; ln -s nowhere/at/all etc/dangling; ln -s . etc/self
        ln etc/absolute etc/absolute2
        chown -h 7:8 etc/relative
        truncate -s 3000000 var/sparse; printf 'data' | dd of=var/sparse bs=1 seek=1500000 conv=notrunc status=none
        printf 'x' > "etc/sp ace"; printf 'x' > 'etc/back\slash'; printf 'x' > 'etc/*?['; printf 'x' > ./-dash
        printf 'x' > "$(printf 'etc/new\nline')"; printf 'x' > "$(printf 'etc/\351\377')"; printf 'x' > "etc/$(printf '\303\244')"
        setfattr -n user.text -v value etc/empty; setfattr -n user.bytes -v 0x00ff0a3d etc/empty; setfattr -n user.none etc/empty
        setfattr -n trusted.mark -v kept etc/passwd; setfattr -n user.dir -v value var
        if [ -n "$2" ]; then
            deep=deep; for i in $(seq 60); do deep="$deep/level$i"; done; mkdir -p "$deep"; printf 'x' > "$deep/file"
            printf 'x' > "etc/$(printf 'n%.0s' $(seq 250))"; ln -s "$(printf 'l%.0s' $(seq 300))" etc/longlink
            chown 3000000:4000000000 var/log
            touch -d '1960-01-02 03:04:05.25 UTC' etc/empty; touch -d '2500-01-01 UTC' bin/su
            setfacl -m u:1234:rw etc/passwd; setfacl -d -m u:1234:rx var
        fi
        touch -h -d '2001-02-03 04:05:06.123456789 UTC' etc/relative
        find . -depth -type d -exec touch -d '2011-02-03 04:05:06.7 UTC' {} +
        """;

    /// <summary>Makes the tree.</summary>
    /// <param name="directory">Where; it is made.</param>
    /// <param name="isFull">With what only newer formats can carry: long names, huge ids, times before 1970, ACLs.</param>
    public static async Task MakeAsync(string directory, bool isFull) =>
        (await ToolResult.RunAsync("/bin/sh", ["-c", Script, "sh", directory, isFull ? "full" : ""])).EnsureSuccess();
}

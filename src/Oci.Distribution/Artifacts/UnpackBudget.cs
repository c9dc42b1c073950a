namespace Oci.Distribution.Artifacts;

/// <summary>What all files of an artifact may be together: archives that are unpacked at once take from one budget.</summary>
internal sealed class UnpackBudget(UnpackArtifactOptions options)
{
    private long _files = options.MaxFiles;
    private long _bytes = options.MaxBytes;

    /// <summary>Where the limits are from.</summary>
    public UnpackArtifactOptions Options => options;

    public long BytesLeft => Volatile.Read(ref _bytes);

    public bool TryTakeFiles(long count) => TryTake(ref _files, count);

    public bool TryTakeBytes(long count) => TryTake(ref _bytes, count);

    public ArtifactException TooManyFiles(ArtifactTitle title) =>
        new($"'{title}' is not written: with it, the artifact has more than {options.MaxFiles} files, entries of archives and directories on their way. UnpackArtifactOptions.MaxFiles sets the limit.", title.ToString());

    public ArtifactException TooManyBytes(ArtifactTitle title) =>
        new($"'{title}' is not written: with it, the files of the artifact have more than {options.MaxBytes} bytes, with what archives unpack to. UnpackArtifactOptions.MaxBytes sets the limit.", title.ToString());

    // Never below zero, so that no size that an archive tells can wrap it around.
    private static bool TryTake(ref long left, long count)
    {
        long was;
        do
        {
            was = Volatile.Read(ref left);
            if (count > was)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref left, was - count, was) != was);
        return true;
    }
}

namespace Oci.Image;

/// <summary>The base of every exception that <c>Oci.Image</c> raises for content it was given or a store it works on.</summary>
/// <remarks>Bad text is a <see cref="FormatException"/> and misuse an <see cref="ArgumentException"/>, as everywhere in .NET.</remarks>
public class OciImageException : Exception
{
    /// <summary>Makes an exception with a message that says what failed, where, and what to do next.</summary>
    public OciImageException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and the exception that caused it.</summary>
    public OciImageException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

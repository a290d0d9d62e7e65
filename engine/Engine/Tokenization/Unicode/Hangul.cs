namespace Engine.Tokenization.Unicode;

/// <summary>Korean syllables and their parts (The Unicode Standard, 3.12): a lead, a vowel and perhaps a tail.</summary>
internal static class Hangul
{
    private const int FirstSyllable = 0xAC00;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeTails = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;  // no tail is one of them

    /// <summary>Whether a code point is a whole syllable.</summary>
    public static bool IsSyllable(int codePoint) => codePoint is >= FirstSyllable and < FirstSyllable + Leads * Vowels * Tails;

    /// <summary>The lead of a syllable.</summary>
    public static int Lead(int syllable) => FirstLead + (syllable - FirstSyllable) / (Vowels * Tails);

    /// <summary>The vowel of a syllable.</summary>
    public static int Vowel(int syllable) => FirstVowel + (syllable - FirstSyllable) / Tails % Vowels;

    /// <summary>The tail of a syllable, 0 where it has none.</summary>
    public static int Tail(int syllable) => (syllable - FirstSyllable) % Tails is > 0 and int tail ? BeforeTails + tail : 0;

    /// <summary>The syllable of a lead and a vowel, or of a syllable without tail and a tail; 0 where the two make none.</summary>
    public static int Compose(int first, int second)
    {
        if (first is >= FirstLead and < FirstLead + Leads && second is >= FirstVowel and < FirstVowel + Vowels)
            return FirstSyllable + ((first - FirstLead) * Vowels + second - FirstVowel) * Tails;
        bool open = IsSyllable(first) && (first - FirstSyllable) % Tails == 0;
        return open && second is > BeforeTails and < BeforeTails + Tails ? first + second - BeforeTails : 0;
    }
}
